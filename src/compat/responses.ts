/** What an enabler answers: the response codes of LwM2M 1.0.2 section 8.2.4, and a value with Content. */
import {
  CODE_BAD_REQUEST,
  CODE_CHANGED,
  CODE_CONTENT,
  CODE_CREATED,
  CODE_DELETED,
  CODE_INTERNAL_SERVER_ERROR,
  CODE_METHOD_NOT_ALLOWED,
  CODE_NOT_ACCEPTABLE,
  CODE_NOT_FOUND,
  CODE_UNAUTHORIZED,
} from '../device/wire/coap';
import type { Value } from './values';

/** What an enabler answers. */
export interface Lwm2mResponse {
  /** Class · 32 + detail, 4.04 = 132. */
  code: number;
  /** With Content. */
  value?: Value;
}

/** 2.01 Created. */
export function Created(): Lwm2mResponse {
  return { code: CODE_CREATED };
}

/** 2.02 Deleted. */
export function Deleted(): Lwm2mResponse {
  return { code: CODE_DELETED };
}

/** 2.04 Changed. */
export function Changed(): Lwm2mResponse {
  return { code: CODE_CHANGED };
}

/** Without a value, or with Empty, the resource is absent. */
export function Content(value?: Value): Lwm2mResponse {
  return { code: CODE_CONTENT, value: value };
}

/** 4.00 Bad Request. */
export function BadRequest(): Lwm2mResponse {
  return { code: CODE_BAD_REQUEST };
}

/** 4.01 Unauthorized. */
export function Unauthorized(): Lwm2mResponse {
  return { code: CODE_UNAUTHORIZED };
}

/** 4.03 Forbidden. */
export function Forbidden(): Lwm2mResponse {
  return { code: 131 };
}

/** 4.04 Not Found. */
export function NotFound(): Lwm2mResponse {
  return { code: CODE_NOT_FOUND };
}

/** 4.05 Method Not Allowed. */
export function MethodNotAllowed(): Lwm2mResponse {
  return { code: CODE_METHOD_NOT_ALLOWED };
}

/** 4.06 Not Acceptable. */
export function NotAcceptable(): Lwm2mResponse {
  return { code: CODE_NOT_ACCEPTABLE };
}

/** 4.09 Conflict. */
export function Conflict(): Lwm2mResponse {
  return { code: 137 };
}

/** 5.00 Internal Server Error. */
export function InternalServerError(): Lwm2mResponse {
  return { code: CODE_INTERNAL_SERVER_ERROR };
}
