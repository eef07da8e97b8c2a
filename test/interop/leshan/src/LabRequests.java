import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.leshan.core.link.lwm2m.attributes.DefaultLwM2mAttributeParser;
import org.eclipse.leshan.core.link.lwm2m.attributes.LwM2mAttributeSet;
import org.eclipse.leshan.core.model.LwM2mModel;
import org.eclipse.leshan.core.node.LwM2mNode;
import org.eclipse.leshan.core.node.LwM2mObjectInstance;
import org.eclipse.leshan.core.node.LwM2mPath;
import org.eclipse.leshan.core.node.codec.DefaultLwM2mDecoder;
import org.eclipse.leshan.core.node.codec.DefaultLwM2mEncoder;
import org.eclipse.leshan.core.observation.Observation;
import org.eclipse.leshan.core.observation.SingleObservation;
import org.eclipse.leshan.core.request.CancelObservationRequest;
import org.eclipse.leshan.core.request.ContentFormat;
import org.eclipse.leshan.core.request.CreateRequest;
import org.eclipse.leshan.core.request.DeleteRequest;
import org.eclipse.leshan.core.request.DiscoverRequest;
import org.eclipse.leshan.core.request.DownlinkRequest;
import org.eclipse.leshan.core.request.ExecuteRequest;
import org.eclipse.leshan.core.request.ObserveRequest;
import org.eclipse.leshan.core.request.ReadRequest;
import org.eclipse.leshan.core.request.WriteAttributesRequest;
import org.eclipse.leshan.core.request.WriteRequest;
import org.eclipse.leshan.core.response.CreateResponse;
import org.eclipse.leshan.core.response.DiscoverResponse;
import org.eclipse.leshan.core.response.LwM2mResponse;
import org.eclipse.leshan.core.response.ReadResponse;
import org.eclipse.leshan.core.util.Hex;
import org.eclipse.leshan.server.registration.Registration;

/**
 * /api/clients[/EP[/PATH[/WORD]]]: GET reads (?format=), GET …/discover, PUT writes (body in SenML JSON, or in ?body=; sent in ?format=;
 * ?replace=false for a partial update), PUT …/attributes?pmin=1, POST …/3/0/4 executes, POST …/16[?instance=1] creates, DELETE deletes,
 * POST …/observe observes, DELETE …/observe cancels by Reset (?active: by Observe 1). Answers tell what came over the wire too.
 */
class LabRequests {
    static void handle(HttpExchange x) throws IOException {
        try {
            String[] parts = x.getRequestURI().getPath().substring("/api/clients".length()).split("/");
            if (parts.length < 2) {
                ArrayNode list = Lab.JSON.createArrayNode();
                LabServer.server.getRegistrationService().getAllRegistrations().forEachRemaining(r -> list.add(LabServer.describe(r)));
                Lab.reply(x, 200, list.toString());
                return;
            }
            Registration r = LabServer.server.getRegistrationService().getByEndpoint(URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            if (r == null) Lab.reply(x, 404, "{}");
            else if (parts.length == 2) Lab.reply(x, 200, LabServer.describe(r).toString());
            else Lab.reply(x, 200, operate(x, r, new ArrayList<>(Arrays.asList(parts).subList(2, parts.length))).toString());
        } catch (Throwable error) {
            // What Leshan refuses to send, or cannot understand.
            Lab.reply(x, 500, Lab.JSON.createObjectNode().put("error", error.toString()).toString());
        }
    }

    private static ObjectNode operate(HttpExchange x, Registration r, List<String> path) throws Exception {
        Map<String, String> query = Lab.query(x);
        String last = path.get(path.size() - 1);
        String word = last.matches("[a-z]+") ? path.remove(path.size() - 1) : "";
        LwM2mPath target = new LwM2mPath("/" + String.join("/", path));
        LwM2mModel model = LabServer.server.getModelProvider().getObjectModel(r);
        if (word.equals("observe") && x.getRequestMethod().equals("DELETE") && !query.containsKey("active"))
            return Lab.JSON.createObjectNode().put("cancelled", LabServer.server.getObservationService().cancelObservations(r, target.toString()));
        DownlinkRequest<? extends LwM2mResponse> request = request(x, r, target, word, query, model);
        ObjectNode answer = Lab.JSON.createObjectNode();
        LwM2mResponse response = LabServer.server.send(r, request, Long.parseLong(query.getOrDefault("timeout", "30")) * 1000);
        if (response == null) return answer.put("status", "TIMEOUT");
        describe(answer, response, target, model);
        return answer;
    }

    private static DownlinkRequest<? extends LwM2mResponse> request(HttpExchange x, Registration r, LwM2mPath target, String word, Map<String, String> query, LwM2mModel model) throws Exception {
        String path = target.toString();
        ContentFormat format = query.containsKey("format") ? ContentFormat.fromName(query.get("format")) : null;
        byte[] body = x.getRequestBody().readAllBytes();
        switch (x.getRequestMethod() + " " + word) {
        case "GET ":
            return new ReadRequest(format, path);
        case "GET discover":
            return new DiscoverRequest(path);
        case "PUT attributes":
            return new WriteAttributesRequest(path, new LwM2mAttributeSet(new DefaultLwM2mAttributeParser().parseUriQuery(x.getRequestURI().getRawQuery())));
        case "PUT ":
            ContentFormat written = query.containsKey("body") ? ContentFormat.fromName(query.get("body")) : ContentFormat.SENML_JSON;
            LwM2mNode node = new DefaultLwM2mDecoder(true).decode(body, written, target, model);
            return new WriteRequest("false".equals(query.get("replace")) ? WriteRequest.Mode.UPDATE : WriteRequest.Mode.REPLACE, format == null ? ContentFormat.TLV : format, path, node);
        case "POST observe":
            return new ObserveRequest(format, path);
        case "DELETE observe":
            for (Observation o : LabServer.server.getObservationService().getObservations(r))
                if (o instanceof SingleObservation && ((SingleObservation) o).getPath().equals(target)) return new CancelObservationRequest((SingleObservation) o);
            throw new IllegalStateException("nothing observes " + path);
        case "DELETE ":
            return new DeleteRequest(path);
        case "POST ":
            if (target.isResource()) return new ExecuteRequest(path, body.length == 0 ? null : new String(body, StandardCharsets.UTF_8));
            LwM2mPath wanted = new LwM2mPath(path + "/" + query.getOrDefault("instance", "0"));
            LwM2mObjectInstance made = (LwM2mObjectInstance) new DefaultLwM2mDecoder().decode(body, ContentFormat.SENML_JSON, wanted, model);
            if (query.containsKey("instance")) return new CreateRequest(ContentFormat.TLV, path, made);
            return new CreateRequest(ContentFormat.TLV, path, made.getResources().values());
        default:
            throw new IllegalArgumentException(x.getRequestMethod() + " " + word);
        }
    }

    /** Puts into `answer` what `response` says, and the bytes that said it. */
    static void describe(ObjectNode answer, LwM2mResponse response, LwM2mPath path, LwM2mModel model) {
        answer.put("status", response.getCode().getName()).put("code", response.getCode().getCode());
        if (response.getErrorMessage() != null) answer.put("error", response.getErrorMessage());
        if (response.getCoapResponse() instanceof Response) {
            Response coap = (Response) response.getCoapResponse();
            answer.put("contentFormat", coap.getOptions().getContentFormat());
            answer.put("payload", Hex.encodeHexString(coap.getPayload() == null ? new byte[0] : coap.getPayload()));
            if (coap.getOptions().hasObserve()) answer.put("observe", coap.getOptions().getObserve());
        }
        if (!response.isSuccess()) return;
        if (response instanceof CreateResponse) answer.put("location", ((CreateResponse) response).getLocation());
        if (response instanceof DiscoverResponse) {
            ArrayNode links = answer.putArray("links");
            for (Object link : ((DiscoverResponse) response).getObjectLinks()) links.add(link.toString());
        }
        if (!(response instanceof ReadResponse) || ((ReadResponse) response).getContent() == null) return;
        try {
            answer.set("content", Lab.JSON.readTree(new DefaultLwM2mEncoder().encode(((ReadResponse) response).getContent(), ContentFormat.SENML_JSON, path, model)));
        } catch (Exception error) {
            answer.put("error", error.toString());
        }
    }
}
