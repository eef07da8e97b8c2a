/**
 * The basic client of betwixt, line by line: `npx wixt sim --app examples/basic-client.ts`. New programs start better from
 * thermometer.ts.
 */
import * as betwixt from 'wixt/compat';
import * as examples from './examples';
import * as objects from './objects';

function main(): void {
  const cli = examples.standardCommandLineFlags();

  const registry = betwixt.newDefaultObjectRegistry();
  const c = betwixt.newLwm2mClient('TestClient', ':0', cli.server, registry);

  setupResources(c, registry);

  c.onStartup(() => {
    c.register(cli.name);
  });

  c.start();
}

function setupResources(client: betwixt.LWM2MClient, reg: betwixt.Registry): void {
  client.setEnabler(betwixt.OMA_OBJECT_LWM2M_SECURITY, objects.newExampleSecurityObject(reg));
  client.addObjectInstances(betwixt.OMA_OBJECT_LWM2M_SECURITY, 0, 1, 2);

  client.setEnabler(betwixt.OMA_OBJECT_LWM2M_SERVER, objects.newExampleServerObject(reg));
  client.addObjectInstance(betwixt.OMA_OBJECT_LWM2M_SERVER, 1);

  client.setEnabler(betwixt.OMA_OBJECT_LWM2M_DEVICE, objects.newExampleDeviceObject(reg));
  client.addObjectInstance(betwixt.OMA_OBJECT_LWM2M_DEVICE, 0);

  client.enableObject(betwixt.OMA_OBJECT_LWM2M_ACCESS_CONTROL, objects.newExampleAccessControlObject(reg));
  client.addObjectInstances(betwixt.OMA_OBJECT_LWM2M_ACCESS_CONTROL, 0, 1, 2);

  client.enableObject(betwixt.OMA_OBJECT_LWM2M_CONNECTIVITY_MONITORING, objects.newExampleConnectivityMonitoringObject(reg));
  client.addObjectInstance(betwixt.OMA_OBJECT_LWM2M_CONNECTIVITY_MONITORING, 0);

  client.enableObject(betwixt.OMA_OBJECT_LWM2M_FIRMWARE_UPDATE, objects.newExampleFirmwareUpdateObject(reg));
  client.addObjectInstance(betwixt.OMA_OBJECT_LWM2M_FIRMWARE_UPDATE, 0);

  client.enableObject(betwixt.OMA_OBJECT_LWM2M_LOCATION, objects.newExampleLocationObject(reg));
  client.enableObject(betwixt.OMA_OBJECT_LWM2M_CONNECTIVITY_STATISTICS, objects.newExampleConnectivityStatisticsObject(reg));
}

main();
