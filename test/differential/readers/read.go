// Reads each archive named on the standard input with archive/zip; prints one line of JSON for each.
package main

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func read(path string) ([][2]string, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	entries := [][2]string{}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			return nil, err
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, reader); err != nil {
			return nil, err
		}
		entries = append(entries, [2]string{file.Name, fmt.Sprintf("%x", hash.Sum(nil))})
	}
	return entries, nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		answer := map[string]any{"path": lines.Text()}
		if entries, err := read(lines.Text()); err != nil {
			answer["error"] = err.Error()
		} else {
			answer["entries"] = entries
		}
		line, _ := json.Marshal(answer)
		fmt.Println(string(line))
	}
}
