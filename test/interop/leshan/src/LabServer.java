import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.Collection;
import org.eclipse.californium.core.config.CoapConfig;
import org.eclipse.californium.elements.config.Configuration;
import org.eclipse.leshan.core.endpoint.Protocol;
import org.eclipse.leshan.core.node.codec.DefaultLwM2mDecoder;
import org.eclipse.leshan.core.node.codec.DefaultLwM2mEncoder;
import org.eclipse.leshan.core.observation.CompositeObservation;
import org.eclipse.leshan.core.observation.Observation;
import org.eclipse.leshan.core.observation.SingleObservation;
import org.eclipse.leshan.core.response.ObserveCompositeResponse;
import org.eclipse.leshan.core.response.ObserveResponse;
import org.eclipse.leshan.server.LeshanServer;
import org.eclipse.leshan.server.LeshanServerBuilder;
import org.eclipse.leshan.server.californium.endpoint.CaliforniumServerEndpointsProvider;
import org.eclipse.leshan.server.californium.endpoint.coap.CoapServerProtocolProvider;
import org.eclipse.leshan.server.model.VersionedModelProvider;
import org.eclipse.leshan.server.observation.ObservationListener;
import org.eclipse.leshan.server.registration.Registration;
import org.eclipse.leshan.server.registration.RegistrationListener;
import org.eclipse.leshan.server.registration.RegistrationUpdate;

/** `Lab server [--coap PORT] [--block BYTES] [--models DIR]` on 127.0.0.1: prints READY and its two ports. */
class LabServer {
    static LeshanServer server;

    static void run() throws Exception {
        CaliforniumServerEndpointsProvider.Builder endpoints = new CaliforniumServerEndpointsProvider.Builder(new CoapServerProtocolProvider());
        Configuration configuration = endpoints.createDefaultConfiguration();
        int block = Lab.number("block", 0);
        if (block > 0) configuration.set(CoapConfig.PREFERRED_BLOCK_SIZE, block).set(CoapConfig.MAX_MESSAGE_SIZE, block);
        endpoints.setConfiguration(configuration);
        endpoints.addEndpoint(new InetSocketAddress("127.0.0.1", Lab.number("coap", 0)), Protocol.COAP);
        LeshanServerBuilder builder = new LeshanServerBuilder();
        builder.setObjectModelProvider(new VersionedModelProvider(Lab.models()));
        builder.setEncoder(new DefaultLwM2mEncoder(true));
        builder.setDecoder(new DefaultLwM2mDecoder(true));
        builder.setEndpointsProviders(endpoints.build());
        server = builder.build();
        server.getRegistrationService().addListener(new Registrations());
        server.getObservationService().addListener(new Observations());
        server.start();
        HttpServer http = Lab.http();
        http.createContext("/api/clients", LabRequests::handle);
        http.start();
        System.out.println("READY " + server.getEndpoint(Protocol.COAP).getURI().getPort() + " " + http.getAddress().getPort());
    }

    static ObjectNode describe(Registration r) {
        ObjectNode n = Lab.JSON.createObjectNode();
        n.put("endpoint", r.getEndpoint()).put("registrationId", r.getId()).put("port", r.getPort());
        n.put("version", r.getLwM2mVersion().toString()).put("lifetime", r.getLifeTimeInSec()).put("binding", "" + r.getBindingMode());
        n.put("queueMode", r.usesQueueMode()).put("sms", r.getSmsNumber()).put("attributes", "" + r.getAdditionalRegistrationAttributes());
        n.put("objects", "" + r.getSupportedObject());
        ArrayNode links = n.putArray("links");
        for (Object link : r.getSortedObjectLinks()) links.add(link.toString());
        return n;
    }

    private static class Registrations implements RegistrationListener {
        public void registered(Registration r, Registration before, Collection<Observation> observations) {
            ObjectNode event = Lab.event("REGISTRATION", r.getEndpoint()).put("again", before != null);
            event.set("registration", describe(r));
            Lab.record(event);
        }

        public void updated(RegistrationUpdate update, Registration r, Registration before) {
            ObjectNode event = Lab.event("UPDATED", r.getEndpoint());
            event.put("lifetime", update.getLifeTimeInSec()).put("binding", update.getBindingMode() == null ? null : "" + update.getBindingMode());
            event.put("objects", update.getObjectLinks() != null).set("registration", describe(r));
            Lab.record(event);
        }

        public void unregistered(Registration r, Collection<Observation> observations, boolean expired, Registration after) {
            Lab.record(Lab.event("DEREGISTRATION", r.getEndpoint()).put("expired", expired));
        }
    }

    private static class Observations implements ObservationListener {
        public void newObservation(Observation observation, Registration r) {
        }

        public void cancelled(Observation observation) {
        }

        public void onResponse(SingleObservation observation, Registration r, ObserveResponse response) {
            ObjectNode event = Lab.event("NOTIFICATION", r.getEndpoint()).put("path", observation.getPath().toString());
            LabRequests.describe(event, response, observation.getPath(), server.getModelProvider().getObjectModel(r));
            Lab.record(event);
        }

        public void onResponse(CompositeObservation observation, Registration r, ObserveCompositeResponse response) {
        }

        public void onError(Observation observation, Registration r, Exception error) {
            Lab.record(Lab.event("NOTIFICATION_ERROR", r == null ? "" : r.getEndpoint()).put("error", error.toString()));
        }
    }
}
