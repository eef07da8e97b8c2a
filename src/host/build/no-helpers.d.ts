// Replaces tslib where device code is compiled: there are no helpers, so a construct that needs one is an error at its place.
export {};
