/** The names that betwixt gives to ids and values of LwM2M. */

export const OMA_OBJECT_LWM2M_SECURITY = 0;
export const OMA_OBJECT_LWM2M_SERVER = 1;
export const OMA_OBJECT_LWM2M_ACCESS_CONTROL = 2;
export const OMA_OBJECT_LWM2M_DEVICE = 3;
export const OMA_OBJECT_LWM2M_CONNECTIVITY_MONITORING = 4;
export const OMA_OBJECT_LWM2M_FIRMWARE_UPDATE = 5;
export const OMA_OBJECT_LWM2M_LOCATION = 6;
export const OMA_OBJECT_LWM2M_CONNECTIVITY_STATISTICS = 7;

export const BINDINGMODE_UDP = 'U';
export const BINDINGMODE_UDP_WITH_QUEUE_MODE = 'UQ';
export const BINDINGMODE_SMS = 'S';
export const BINDINGMODE_SMS_WITH_QUEUE_MODE = 'SQ';
export const BINDINGMODE_UDP_AND_SMS = 'US';
export const BINDINGMODE_UDP_WITH_QUEUE_MODE_AND_SMS = 'UQS';

export const POWERSOURCE_DC = 0;
export const POWERSOURCE_INTERNAL = 1;
export const POWERSOURCE_EXTERNAL = 2;
export const POWERSOURCE_OVER_ETHERNET = 4;
export const POWERSOURCE_USB = 5;
export const POWERSOURCE_AC = 6;
export const POWERSOURCE_SOLAR = 7;
