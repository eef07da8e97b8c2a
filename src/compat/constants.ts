/** The names that betwixt gives to ids and values of LwM2M. */

/** Id of the object Security. */
export const OMA_OBJECT_LWM2M_SECURITY = 0;
/** Id of the object Server. */
export const OMA_OBJECT_LWM2M_SERVER = 1;
/** Id of the object Access Control. */
export const OMA_OBJECT_LWM2M_ACCESS_CONTROL = 2;
/** Id of the object Device. */
export const OMA_OBJECT_LWM2M_DEVICE = 3;
/** Id of the object Connectivity Monitoring. */
export const OMA_OBJECT_LWM2M_CONNECTIVITY_MONITORING = 4;
/** Id of the object Firmware Update. */
export const OMA_OBJECT_LWM2M_FIRMWARE_UPDATE = 5;
/** Id of the object Location. */
export const OMA_OBJECT_LWM2M_LOCATION = 6;
/** Id of the object Connectivity Statistics. */
export const OMA_OBJECT_LWM2M_CONNECTIVITY_STATISTICS = 7;

/** Binding U. */
export const BINDINGMODE_UDP = 'U';
/** Binding UQ. */
export const BINDINGMODE_UDP_WITH_QUEUE_MODE = 'UQ';
/** Binding S. */
export const BINDINGMODE_SMS = 'S';
/** Binding SQ. */
export const BINDINGMODE_SMS_WITH_QUEUE_MODE = 'SQ';
/** Binding US. */
export const BINDINGMODE_UDP_AND_SMS = 'US';
/** Binding UQS. */
export const BINDINGMODE_UDP_WITH_QUEUE_MODE_AND_SMS = 'UQS';

/** Available Power Sources: DC. */
export const POWERSOURCE_DC = 0;
/** Available Power Sources: internal. */
export const POWERSOURCE_INTERNAL = 1;
/** Available Power Sources: external. */
export const POWERSOURCE_EXTERNAL = 2;
/** Available Power Sources: over ethernet. */
export const POWERSOURCE_OVER_ETHERNET = 4;
/** Available Power Sources: USB. */
export const POWERSOURCE_USB = 5;
/** Available Power Sources: AC. */
export const POWERSOURCE_AC = 6;
/** Available Power Sources: solar. */
export const POWERSOURCE_SOLAR = 7;
