# Reads each archive named on the standard input with rubyzip; prints one line of JSON for each.
require "json"
require "digest"
require "zip"
STDIN.read.split("\n").each do |path|
  begin
    entries = []
    Zip::File.open(path) { |zip| zip.each { |entry| entries << [entry.name, Digest::SHA256.hexdigest(entry.get_input_stream.read || "")] } }
    puts JSON.generate({ path: path, entries: entries })
  rescue StandardError => e
    puts JSON.generate({ path: path, error: e.message.to_s.encode("UTF-8", invalid: :replace, undef: :replace) })
  end
end
