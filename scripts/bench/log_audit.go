// The peer of `gait collection verify`: reads the bundles of a log, and holds their root against that of its head, with
// Go's own golang.org/x/mod/sumdb/tlog. It checks no signature and no tile.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	folder := os.Args[1]
	head, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		panic(err)
	}
	lines := strings.Split(string(head), "\n")
	size, _ := strconv.ParseInt(lines[1], 10, 64)
	type tree struct {
		leaves int64
		hash   tlog.Hash
	}
	var trees []tree
	for index := int64(0); index*256 < size; index++ {
		tile := tlog.Tile{H: 8, L: 0, N: index, W: 256}
		if left := size - index*256; left < 256 {
			tile.W = int(left)
		}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			panic(err)
		}
		for len(bundle) > 0 {
			length := int(binary.BigEndian.Uint16(bundle))
			joined := tree{1, tlog.RecordHash(bundle[2 : 2+length])}
			bundle = bundle[2+length:]
			for len(trees) > 0 && trees[len(trees)-1].leaves == joined.leaves {
				joined = tree{2 * joined.leaves, tlog.NodeHash(trees[len(trees)-1].hash, joined.hash)}
				trees = trees[:len(trees)-1]
			}
			trees = append(trees, joined)
		}
	}
	root := trees[len(trees)-1].hash
	for at := len(trees) - 2; at >= 0; at-- {
		root = tlog.NodeHash(trees[at].hash, root)
	}
	if base64.StdEncoding.EncodeToString(root[:]) != lines[2] {
		fmt.Println("another root")
		os.Exit(1)
	}
}
