package interop;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Confluent's frame, put on and taken off by hand: its own serializers are not on Maven Central. */
final class Frame {
    private static final byte MAGIC = 0;

    private Frame() {}

    static ByteArrayOutputStream start(int id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put(MAGIC).putInt(id).array());
        return out;
    }

    /** What follows the frame of the prefix form; all of it in the header form, where the frame is in a header. */
    static ByteBuffer payload(byte[] bytes, boolean inHeader) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (inHeader) {
            return buffer;
        }
        if (buffer.remaining() < 5 || buffer.get() != MAGIC) {
            throw new IllegalArgumentException("the bytes do not start with Confluent's frame");
        }
        buffer.getInt();
        return buffer;
    }

    static void writeIndexes(List<Integer> indexes, ByteArrayOutputStream out) {
        if (indexes.equals(List.of(0))) {
            out.write(0);
            return;
        }
        writeZigZag(indexes.size(), out);
        indexes.forEach(index -> writeZigZag(index, out));
    }

    static List<Integer> readIndexes(ByteBuffer in) {
        int size = readZigZag(in);
        if (size == 0) {
            return List.of(0);
        }
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            indexes.add(readZigZag(in));
        }
        return indexes;
    }

    private static void writeZigZag(int value, ByteArrayOutputStream out) {
        int left = (value << 1) ^ (value >> 31);
        while ((left & ~0x7f) != 0) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static int readZigZag(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new IllegalArgumentException("a message index has more than five bytes");
    }
}
