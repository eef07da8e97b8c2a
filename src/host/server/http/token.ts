/** The token of /api: its syntax and its generation. */
import { randomBytes } from 'node:crypto';

/** RFC 6750 2.1: valid in a header and in a URL fragment. */
export const TOKEN_SHAPE = /^[A-Za-z0-9\-._~+/]{8,200}={0,2}$/;
export const TOKEN_RULE = 'A token has 8 to 200 letters, digits and - . _ ~ + /';

/** 128 random bits. */
export const makeToken = (): string => randomBytes(16).toString('base64url');
