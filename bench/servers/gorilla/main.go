// gorilla/websocket as its examples have it: one goroutine per connection that reads and answers.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/gorilla/websocket"
)

type settings struct {
	Mode         string `json:"mode"`
	IsDeflated   bool   `json:"isDeflated"`
	PayloadBytes int    `json:"payloadBytes"`
	TLS          *struct {
		Cert string `json:"cert"`
		Key  string `json:"key"`
	} `json:"tls"`
}

// hub holds everybody who is connected; its lock also keeps broadcasts from interleaving.
type hub struct {
	lock  sync.Mutex
	conns map[*websocket.Conn]bool
}

func (h *hub) add(c *websocket.Conn) {
	h.lock.Lock()
	h.conns[c] = true
	h.lock.Unlock()
}

func (h *hub) remove(c *websocket.Conn) {
	h.lock.Lock()
	delete(h.conns, c)
	h.lock.Unlock()
}

func (h *hub) broadcast(payload []byte) {
	prepared, err := websocket.NewPreparedMessage(websocket.TextMessage, payload)
	if err != nil {
		return
	}
	h.lock.Lock()
	defer h.lock.Unlock()
	for c := range h.conns {
		if err := c.WritePreparedMessage(prepared); err != nil {
			delete(h.conns, c)
		}
	}
}

func main() {
	options := settings{Mode: "echo", PayloadBytes: 64}
	if len(os.Args) > 1 {
		if err := json.Unmarshal([]byte(os.Args[1]), &options); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	if options.Mode == "receive" {
		answerHarness(0, &hub{}, newReceiver(options))
		return
	}
	payload := []byte(strings.Repeat("wirekeeper ", options.PayloadBytes/11+1)[:options.PayloadBytes])
	everybody := &hub{conns: map[*websocket.Conn]bool{}}
	upgrader := websocket.Upgrader{EnableCompression: options.IsDeflated, CheckOrigin: func(*http.Request) bool { return true }}

	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer c.Close()
		everybody.add(c)
		defer everybody.remove(c)
		for {
			kind, data, err := c.ReadMessage()
			if err != nil {
				return
			}
			if options.Mode == "broadcast" {
				left, _ := strconv.Atoi(string(data))
				for ; left > 0; left-- {
					everybody.broadcast(payload)
				}
			} else if err := c.WriteMessage(kind, data); err != nil {
				return
			}
		}
	})

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if options.TLS == nil {
		go http.Serve(listener, handler)
	} else {
		go http.ServeTLS(listener, handler, options.TLS.Cert, options.TLS.Key)
	}
	answerHarness(listener.Addr().(*net.TCPAddr).Port, everybody, nil)
}

// answerHarness serves JSON lines on stdin and stdout, and returns when stdin ends.
func answerHarness(port int, everybody *hub, received *receiver) {
	signal.Ignore(syscall.SIGINT)
	say := json.NewEncoder(os.Stdout)
	say.Encode(map[string]any{"ready": map[string]any{"pid": os.Getpid(), "port": port}})
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var request struct {
			ID       int    `json:"id"`
			Ask      string `json:"ask"`
			Port     int    `json:"port"`
			Style    string `json:"style"`
			Messages int    `json:"messages"`
		}
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			continue
		}
		switch request.Ask {
		case "usage":
			everybody.lock.Lock()
			count := len(everybody.conns)
			everybody.lock.Unlock()
			say.Encode(map[string]any{"id": request.ID, "answer": map[string]any{"cpuUs": cpuUs(), "rss": rss(), "connections": count, "bufferedBytes": 0}})
		case "dial":
			if err := received.dial(request.Port, request.Style); err != nil {
				say.Encode(map[string]any{"id": request.ID, "error": err.Error()})
			} else {
				say.Encode(map[string]any{"id": request.ID, "answer": map[string]any{}})
			}
		case "counted":
			ms := received.counted(request.Style, request.Messages)
			say.Encode(map[string]any{"id": request.ID, "answer": map[string]any{"ms": ms}})
		case "memory":
			runtime.GC()
			debug.FreeOSMemory()
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			say.Encode(map[string]any{"id": request.ID, "answer": map[string]any{"rss": rss(), "live": stats.HeapAlloc + stats.StackInuse}})
		default:
			say.Encode(map[string]any{"id": request.ID, "error": "gorilla does not answer \"" + request.Ask + "\""})
		}
	}
}

func cpuUs() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return usage.Utime.Nano()/1000 + usage.Stime.Nano()/1000
}

// rss reads the resident pages from /proc; 0 where there is none.
func rss() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(statm))
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
