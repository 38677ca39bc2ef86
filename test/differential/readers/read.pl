# Reads each archive named on the standard input with IO::Uncompress::Unzip, forwards; prints one line of JSON for each.
use strict; use warnings; use Digest::SHA qw(sha256_hex); use IO::Uncompress::Unzip qw($UnzipError);
while (my $path = <STDIN>) {
    chomp $path;
    my $unzip = IO::Uncompress::Unzip->new($path);
    my @entries; my $error = $unzip ? undef : "open";
    if ($unzip) {
        my $status;
        for ($status = 1; $status > 0; $status = $unzip->nextStream()) {
            my $header = $unzip->getHeaderInfo() or last;
            my $content = ""; my $read; my $piece;
            while (($read = $unzip->read($piece)) > 0) { $content .= $piece; }
            if ($read < 0) { $error = "read"; last; }
            push @entries, "[\"$header->{Name}\",\"" . sha256_hex($content) . "\"]";
        }
        $error = "next" if defined $status && $status < 0;
    }
    print defined $error ? "{\"path\":\"$path\",\"error\":\"$error\"}\n" : "{\"path\":\"$path\",\"entries\":[" . join(",", @entries) . "]}\n";
}
