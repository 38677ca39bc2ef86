// What Go's own library for logs (golang.org/x/mod/sumdb) says of a collection: its head, its tree from the tiles, proofs.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles struct{ folder string }

func (tiles) Height() int                            { return 8 }
func (tiles) SaveTiles([]tlog.Tile, [][]byte)        {}
func (t tiles) ReadTiles(asked []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range asked {
		// The same paths, without the height.
		bytes, err := os.ReadFile(filepath.Join(t.folder, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		all = append(all, bytes)
	}
	return all, nil
}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// oracle FOLDER VKEY [OLDER HEAD]
func main() {
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	open := func(path string) (int64, tlog.Hash) {
		bytes, err := os.ReadFile(path)
		must(err)
		opened, err := note.Open(bytes, note.VerifierList(verifier))
		must(err)
		lines := strings.Split(opened.Text, "\n")
		size, err := strconv.ParseInt(lines[1], 10, 64)
		must(err)
		root, err := base64.StdEncoding.DecodeString(lines[2])
		must(err)
		var hash tlog.Hash
		copy(hash[:], root)
		return size, hash
	}
	size, root := open(filepath.Join(os.Args[1], "checkpoint"))
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tiles{os.Args[1]})
	proofs := map[string]tlog.RecordProof{}
	for index := int64(0); index < size; index += 1 + size/40 {
		proof, err := tlog.ProveRecord(size, index, reader)
		must(err)
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		must(err)
		must(tlog.CheckRecord(proof, size, root, index, hashes[0]))
		proofs[strconv.FormatInt(index, 10)] = proof
	}
	answer := map[string]any{"size": size, "root": base64.StdEncoding.EncodeToString(root[:]), "proofs": proofs}
	if len(os.Args) > 3 {
		oldSize, oldRoot := open(os.Args[3])
		proof, err := tlog.ProveTree(size, oldSize, reader)
		must(err)
		must(tlog.CheckTree(proof, size, root, oldSize, oldRoot))
		answer["consistent"] = proof
	}
	must(json.NewEncoder(os.Stdout).Encode(answer))
}
