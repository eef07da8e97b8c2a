import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.leshan.client.LeshanClient;
import org.eclipse.leshan.client.LeshanClientBuilder;
import org.eclipse.leshan.client.californium.endpoint.CaliforniumClientEndpointsProvider;
import org.eclipse.leshan.client.californium.endpoint.coap.CoapClientProtocolProvider;
import org.eclipse.leshan.client.object.Security;
import org.eclipse.leshan.client.object.Server;
import org.eclipse.leshan.client.resource.BaseInstanceEnabler;
import org.eclipse.leshan.client.resource.DummyInstanceEnabler;
import org.eclipse.leshan.client.resource.ObjectsInitializer;
import org.eclipse.leshan.client.servers.LwM2mServer;
import org.eclipse.leshan.core.model.LwM2mModelRepository;
import org.eclipse.leshan.core.model.ObjectModel;
import org.eclipse.leshan.core.model.ResourceModel;
import org.eclipse.leshan.core.node.LwM2mResource;
import org.eclipse.leshan.core.request.argument.Argument;
import org.eclipse.leshan.core.request.argument.Arguments;
import org.eclipse.leshan.core.response.ExecuteResponse;
import org.eclipse.leshan.core.response.ReadResponse;
import org.eclipse.leshan.core.response.WriteResponse;

/**
 * `Lab client --url coap://127.0.0.1:PORT --name EP [--lifetime S]`: objects 0, 1, 3 with the values of the LwM2M specification, and 3303
 * (creatable). Standard input: `update`, `battery N`, `quit`. Standard output: a JSON line for each Execute.
 */
class LabClient {
    static void run() throws Exception {
        ObjectsInitializer objects = new ObjectsInitializer(new LwM2mModelRepository(Lab.models()).getLwM2mModel());
        Device device = new Device();
        objects.setInstancesForObject(0, Security.noSec(Lab.option("url", ""), 123));
        objects.setInstancesForObject(1, new Server(123, Lab.number("lifetime", 300)));
        objects.setInstancesForObject(3, device);
        objects.setClassForObject(3303, DummyInstanceEnabler.class);
        LeshanClientBuilder builder = new LeshanClientBuilder(Lab.option("name", "leshan"));
        builder.setObjects(objects.create(0, 1, 3, 3303));
        builder.setEndpointsProviders(new CaliforniumClientEndpointsProvider.Builder(new CoapClientProtocolProvider()).build());
        LeshanClient client = builder.build();
        client.start();
        System.out.println("READY");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            if (line.equals("update")) client.triggerRegistrationUpdate();
            else if (line.startsWith("battery ")) device.setBattery(Long.parseLong(line.substring(8)));
        }
        client.destroy(true);
        System.exit(0);
    }

    /** Object 3 with the values of the example of LwM2M 1.0.2 section 6.4.3. */
    public static class Device extends BaseInstanceEnabler {
        private static final List<Integer> RESOURCES = Arrays.asList(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        private long battery = 100;
        private String offset = "+02:00";
        private String zone = "Europe/Paris";
        private Date time = new Date(1367491215000L);

        void setBattery(long level) {
            battery = level;
            fireResourceChange(9);
        }

        public ReadResponse read(LwM2mServer server, int id) {
            switch (id) {
            case 0: return ReadResponse.success(id, "Open Mobile Alliance");
            case 1: return ReadResponse.success(id, "Lightweight M2M Client");
            case 2: return ReadResponse.success(id, "345000123");
            case 3: return ReadResponse.success(id, "1.0");
            case 6: return several(id, 1, 5);
            case 7: return several(id, 3800, 5000);
            case 8: return several(id, 125, 900);
            case 9: return ReadResponse.success(id, battery);
            case 10: return ReadResponse.success(id, 15);
            case 11: return several(id, 0);
            case 13: return ReadResponse.success(id, time);
            case 14: return ReadResponse.success(id, offset);
            case 15: return ReadResponse.success(id, zone);
            case 16: return ReadResponse.success(id, "U");
            default: return super.read(server, id);
            }
        }

        private static ReadResponse several(int id, long... values) {
            Map<Integer, Long> map = new LinkedHashMap<>();
            for (int i = 0; i < values.length; i++) map.put(i, values[i]);
            return ReadResponse.success(id, map, ResourceModel.Type.INTEGER);
        }

        public WriteResponse write(LwM2mServer server, boolean replace, int id, LwM2mResource value) {
            switch (id) {
            case 13: time = (Date) value.getValue(); break;
            case 14: offset = (String) value.getValue(); break;
            case 15: zone = (String) value.getValue(); break;
            default: return super.write(server, replace, id, value);
            }
            fireResourceChange(id);
            return WriteResponse.success();
        }

        public ExecuteResponse execute(LwM2mServer server, int id, Arguments arguments) {
            if (id != 4 && id != 5 && id != 12) return super.execute(server, id, arguments);
            ObjectNode event = Lab.JSON.createObjectNode().put("event", "executed").put("resource", id);
            ObjectNode list = event.putObject("arguments");
            if (arguments != null) for (Argument a : arguments) list.put("" + a.getDigit(), a.getValue());
            System.out.println(event);
            return ExecuteResponse.success();
        }

        public List<Integer> getAvailableResourceIds(ObjectModel model) {
            return RESOURCES;
        }
    }
}
