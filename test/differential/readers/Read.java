// Reads each archive named on the standard input, with ZipFile ("file") or forwards with ZipInputStream ("stream").
import java.io.*;
import java.nio.file.*;
import java.security.MessageDigest;
import java.util.*;
import java.util.zip.*;

public class Read {
  public static void main(String[] args) throws Exception {
    for (String path : new String(System.in.readAllBytes()).split("\n")) {
      List<String> entries = new ArrayList<>();
      try {
        if (args[0].equals("file")) {
          try (ZipFile zip = new ZipFile(path)) {
            for (ZipEntry entry : Collections.list(zip.entries()))
              entries.add(line(entry.getName(), zip.getInputStream(entry).readAllBytes()));
          }
        } else {
          try (ZipInputStream zip = new ZipInputStream(new FileInputStream(path))) {
            for (ZipEntry entry; (entry = zip.getNextEntry()) != null; )
              entries.add(line(entry.getName(), zip.readAllBytes()));
          }
        }
        System.out.println("{\"path\":\"" + path + "\",\"entries\":[" + String.join(",", entries) + "]}");
      } catch (Exception error) {
        System.out.println("{\"path\":\"" + path + "\",\"error\":\"failed\"}");
      }
    }
  }

  static String line(String name, byte[] content) throws Exception {
    return "[\"" + name + "\",\"" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)) + "\"]";
  }
}
