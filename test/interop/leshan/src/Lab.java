import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.eclipse.leshan.core.model.ObjectLoader;
import org.eclipse.leshan.core.model.ObjectModel;

/**
 * Leshan as a peer for tests: `Lab server …` is a LwM2M server with a plain HTTP API, `Lab client …` a LwM2M client,
 * `Lab load` a server for the load generator. Each prints a line
 * that starts with READY once it runs. Options come as `--name value`.
 */
public class Lab {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final List<ObjectNode> EVENTS = new ArrayList<>();
    private static final Map<String, String> OPTIONS = new HashMap<>();

    public static void main(String[] line) throws Exception {
        for (int i = 1; i + 1 < line.length; i += 2) OPTIONS.put(line[i].substring(2), line[i + 1]);
        try {
            if (line[0].equals("server")) LabServer.run();
            else if (line[0].equals("load")) LabLoad.run();
            else LabClient.run();
        } catch (Exception error) {
            // Leshan's threads would keep it alive.
            error.printStackTrace();
            System.exit(1);
        }
    }

    static String option(String name, String absent) {
        return OPTIONS.getOrDefault(name, absent);
    }

    static int number(String name, int absent) {
        return Integer.parseInt(option(name, "" + absent));
    }

    /** The objects that Leshan ships and, from the folder --models, ours. */
    static List<ObjectModel> models() throws Exception {
        List<ObjectModel> models = new ArrayList<>(ObjectLoader.loadAllDefault());
        if (OPTIONS.containsKey("models")) models.addAll(ObjectLoader.loadObjectsFromDir(new File(option("models", "")), false));
        return models;
    }

    /** A new event, which `record` adds to the list when it is complete. */
    static ObjectNode event(String type, String endpoint) {
        return JSON.createObjectNode().put("type", type).put("endpoint", endpoint);
    }

    /** Adds `event` to what `GET /api/events?since=N` shows. */
    static void record(ObjectNode event) {
        synchronized (EVENTS) {
            EVENTS.add(event.put("n", EVENTS.size()).put("t", System.currentTimeMillis()));
        }
    }

    private static void events(HttpExchange x) throws IOException {
        int since = Integer.parseInt(query(x).getOrDefault("since", "0"));
        ArrayNode list = JSON.createArrayNode();
        synchronized (EVENTS) {
            for (ObjectNode event : EVENTS.subList(Math.min(since, EVENTS.size()), EVENTS.size())) list.add(event);
        }
        reply(x, 200, list.toString());
    }

    /** The HTTP side, on a port that the system chooses. */
    static HttpServer http() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", number("http", 0)), 0);
        http.setExecutor(Executors.newCachedThreadPool());
        http.createContext("/api/events", Lab::events);
        return http;
    }

    static void reply(HttpExchange x, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        x.getResponseHeaders().set("content-type", "application/json");
        x.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) x.getResponseBody().write(body);
        x.close();
    }

    static Map<String, String> query(HttpExchange x) {
        Map<String, String> query = new LinkedHashMap<>();
        String raw = x.getRequestURI().getRawQuery();
        if (raw == null) return query;
        for (String part : raw.split("&")) {
            int i = part.indexOf('=');
            query.put(i < 0 ? part : part.substring(0, i), i < 0 ? "" : URLDecoder.decode(part.substring(i + 1), StandardCharsets.UTF_8));
        }
        return query;
    }
}
