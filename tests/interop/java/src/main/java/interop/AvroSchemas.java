package interop;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.avro.Schema;

/** An Avro schema with those of other subjects that it names. */
final class AvroSchemas {
    private AvroSchemas() {}

    static Schema parse(JsonNode asked) {
        Schema.Parser parser = new Schema.Parser();
        parseReferences(parser, asked);
        return parser.parse(asked.get("schema").textValue());
    }

    private static void parseReferences(Schema.Parser parser, JsonNode of) {
        for (JsonNode reference : of.path("references")) {
            parseReferences(parser, reference);
            if (!parser.getTypes().containsKey(reference.get("name").textValue())) {
                parser.parse(reference.get("schema").textValue());
            }
        }
    }
}
