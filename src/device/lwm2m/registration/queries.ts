/** Parameters of Register and Update: LwM2M 1.0.2 sections 5.3.1 and 5.3.2. */
import { addString } from '../../coap/endpoint';
import { OPTION_URI_QUERY } from '../../wire/coap';
import { ABOUT_REGISTER, CHANGED_BINDING, CHANGED_LIFETIME, SERVER_BINDING } from '../model';
import type { Client } from '../model';

/** Writes the parameters of a Register, or the changed ones of an Update (8.2.3), as Uri-Query options. */
export function putQueries(c: Client): void {
  const s = c._peer;
  const all = s._exchange === ABOUT_REGISTER;
  const query = OPTION_URI_QUERY;
  if (all) addString(c, query, 'ep=' + c._endpoint);
  if (all || s._saying & CHANGED_LIFETIME) addString(c, query, 'lt=' + s._told);
  if (all) addString(c, query, 'lwm2m=1.0');
  if (all || s._saying & CHANGED_BINDING) addString(c, query, 'b=' + s._values[SERVER_BINDING]);
  if (all && c._sms) addString(c, query, 'sms=' + c._sms);
}
