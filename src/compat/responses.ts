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

export interface Lwm2mResponse {
  /** Class · 32 + detail, 4.04 = 132. */
  code: number;
  /** With Content. */
  value?: Value;
}

export function Created(): Lwm2mResponse {
  return { code: CODE_CREATED };
}

export function Deleted(): Lwm2mResponse {
  return { code: CODE_DELETED };
}

export function Changed(): Lwm2mResponse {
  return { code: CODE_CHANGED };
}

/** Without a value, or with Empty, the resource is absent. */
export function Content(value?: Value): Lwm2mResponse {
  return { code: CODE_CONTENT, value: value };
}

export function BadRequest(): Lwm2mResponse {
  return { code: CODE_BAD_REQUEST };
}

export function Unauthorized(): Lwm2mResponse {
  return { code: CODE_UNAUTHORIZED };
}

export function Forbidden(): Lwm2mResponse {
  return { code: 131 };
}

export function NotFound(): Lwm2mResponse {
  return { code: CODE_NOT_FOUND };
}

export function MethodNotAllowed(): Lwm2mResponse {
  return { code: CODE_METHOD_NOT_ALLOWED };
}

export function NotAcceptable(): Lwm2mResponse {
  return { code: CODE_NOT_ACCEPTABLE };
}

export function Conflict(): Lwm2mResponse {
  return { code: 137 };
}

export function InternalServerError(): Lwm2mResponse {
  return { code: CODE_INTERNAL_SERVER_ERROR };
}
