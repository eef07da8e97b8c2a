import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.leshan.core.endpoint.Protocol;
import org.eclipse.leshan.core.observation.CompositeObservation;
import org.eclipse.leshan.core.observation.Observation;
import org.eclipse.leshan.core.observation.SingleObservation;
import org.eclipse.leshan.core.request.ContentFormat;
import org.eclipse.leshan.core.request.DownlinkRequest;
import org.eclipse.leshan.core.request.ObserveRequest;
import org.eclipse.leshan.core.request.ReadRequest;
import org.eclipse.leshan.core.response.LwM2mResponse;
import org.eclipse.leshan.core.response.ObserveCompositeResponse;
import org.eclipse.leshan.core.response.ObserveResponse;
import org.eclipse.leshan.server.LeshanServer;
import org.eclipse.leshan.server.LeshanServerBuilder;
import org.eclipse.leshan.server.californium.endpoint.CaliforniumServerEndpointsProvider;
import org.eclipse.leshan.server.californium.endpoint.coap.CoapServerProtocolProvider;
import org.eclipse.leshan.server.model.VersionedModelProvider;
import org.eclipse.leshan.server.observation.ObservationListener;
import org.eclipse.leshan.server.registration.Registration;

/**
 * `Lab load`: Leshan as it comes, without HTTP, for the load generator (tools/load). Commands on standard input, one a line: `observe PATH`,
 * `read PATH FORMAT COUNT WINDOW`, `count`, `gc`; each is answered by DONE and numbers.
 */
class LabLoad {
    private static LeshanServer server;
    private static final AtomicInteger NOTIFICATIONS = new AtomicInteger();

    static void run() throws Exception {
        CaliforniumServerEndpointsProvider.Builder endpoints = new CaliforniumServerEndpointsProvider.Builder(new CoapServerProtocolProvider());
        Configuration configuration = endpoints.createDefaultConfiguration();
        endpoints.setConfiguration(configuration);
        endpoints.addEndpoint(new InetSocketAddress("127.0.0.1", 0), Protocol.COAP);
        LeshanServerBuilder builder = new LeshanServerBuilder();
        builder.setObjectModelProvider(new VersionedModelProvider(Lab.models()));
        builder.setEndpointsProviders(endpoints.build());
        server = builder.build();
        server.getObservationService().addListener(new Counter());
        server.start();
        System.out.println("READY " + server.getEndpoint(Protocol.COAP).getURI().getPort());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) System.out.println("DONE " + obey(line.split(" ")));
        System.exit(0);
    }

    private static String obey(String[] words) throws Exception {
        switch (words[0]) {
        case "observe":
            return each(registrations().size(), 64, () -> new ObserveRequest(words[1]));
        case "read":
            return each(Integer.parseInt(words[3]), Integer.parseInt(words[4]), () -> new ReadRequest(ContentFormat.fromName(words[2]), words[1]));
        case "count":
            return registrations().size() + " " + NOTIFICATIONS.get();
        case "gc":
            System.gc();
            return "";
        default:
            throw new IllegalArgumentException(words[0]);
        }
    }

    private static List<Registration> registrations() {
        List<Registration> all = new ArrayList<>();
        server.getRegistrationService().getAllRegistrations().forEachRemaining(all::add);
        return all;
    }

    private interface Maker {
        DownlinkRequest<? extends LwM2mResponse> make() throws Exception;
    }

    /** `count` requests, `window` of them under way. */
    private static String each(int count, int window, Maker maker) throws Exception {
        List<Registration> all = registrations();
        Semaphore room = new Semaphore(window);
        AtomicInteger good = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            room.acquire();
            server.send(all.get(i % all.size()), maker.make(), 5000, response -> {
                if (response.isSuccess()) good.incrementAndGet();
                room.release();
            }, error -> room.release());
        }
        room.acquire(window);
        return good.get() + " " + (count - good.get());
    }

    private static class Counter implements ObservationListener {
        public void newObservation(Observation observation, Registration r) {
        }

        public void cancelled(Observation observation) {
        }

        public void onResponse(SingleObservation observation, Registration r, ObserveResponse response) {
            if (response.getContent() != null) NOTIFICATIONS.incrementAndGet();
        }

        public void onResponse(CompositeObservation observation, Registration r, ObserveCompositeResponse response) {
        }

        public void onError(Observation observation, Registration r, Exception error) {
        }
    }
}
