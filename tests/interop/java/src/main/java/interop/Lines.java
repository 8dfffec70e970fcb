package interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** One JSON object a line in, one a line out. */
final class Lines {
    // Floats stay doubles: a BigDecimal has no negative zero.
    static final JsonMapper JSON = new JsonMapper();

    interface Work {
        void answer(JsonNode asked, ObjectNode answer) throws Exception;
    }

    private Lines() {}

    static void answer(Work work) throws IOException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode asked = JSON.readTree(line);
            ObjectNode answer = JSON.createObjectNode().put("case", asked.path("case").asText());
            try {
                work.answer(asked, answer);
            } catch (Exception e) {
                answer.put("error", e.toString());
            }
            out.println(JSON.writeValueAsString(answer));
            out.flush();
        }
    }
}
