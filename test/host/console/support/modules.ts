/** Modules of the console that need no page. */
import { pathToFileURL } from 'node:url';
import { inPackage } from '../../../../src/host/build/root';

/** They are JavaScript for the browser, without declarations. */
export const loadModule = (name: string): Promise<any> => import(pathToFileURL(inPackage('src', 'host', 'console', `${name}.js`)).href);
