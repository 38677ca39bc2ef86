<?php
// Reads each archive named on the standard input with ZipArchive (libzip); prints one line of JSON for each.
foreach (explode("\n", trim(stream_get_contents(STDIN))) as $path) {
    $zip = new ZipArchive();
    $code = $zip->open($path, ZipArchive::RDONLY);
    $entries = [];
    $error = $code === true ? null : "open: $code";
    for ($i = 0; $error === null && $i < $zip->numFiles; $i++) {
        $content = $zip->getFromIndex($i);
        if ($content === false) { $error = "entry $i"; break; }
        $entries[] = [$zip->getNameIndex($i), hash("sha256", $content)];
    }
    echo json_encode($error === null ? ["path" => $path, "entries" => $entries] : ["path" => $path, "error" => $error]), "\n";
}
