// A WebSocket of a Go library in a process of its own: it takes orders as JSON lines on stdin, and reports as JSON
// lines on stdout. It ends with stdin.
//
//	go-peer gorilla|nhooyr client
//	go-peer gorilla|nhooyr server IDENTITY [SUBPROTOCOL]...     on two free ports of 127.0.0.1, one of them with TLS
//
// IDENTITY is a file with a key and a certificate.
package main

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
)

// chunk is what one Write of a message in fragments holds.
const chunk = 16 * 1024

type order struct {
	Do           string   `json:"do"`
	URL          string   `json:"url"`
	Protocols    []string `json:"protocols"`
	Text         *string  `json:"text"`
	Base64       string   `json:"base64"`
	IsFragmented bool     `json:"isFragmented"`
	Code         int      `json:"code"`
	Reason       string   `json:"reason"`
}

type facts map[string]any

// socket is one open WebSocket of either library.
type socket interface {
	subprotocol() string
	send(isText bool, data []byte, isFragmented bool) error
	// ping returns when the peer has answered.
	ping() error
	close(code int, reason string) error
	// receive returns the next message; when there is none any more, how the library saw the end.
	receive() (isText bool, data []byte, end *closeFrame)
}

type closeFrame struct {
	code   int
	reason string
}

// library opens sockets; both functions also return whether permessage-deflate was agreed on.
type library interface {
	dial(url string, protocols []string) (socket, bool, error)
	accept(w http.ResponseWriter, r *http.Request, protocols []string) (socket, bool, error)
}

var libraries = map[string]library{"gorilla": gorillaLibrary{}, "nhooyr": nhooyrLibrary{}}

type peer struct {
	reporting sync.Mutex
	out       *json.Encoder
	lock      sync.Mutex
	current   socket
}

func (p *peer) report(event string, more facts) {
	p.reporting.Lock()
	defer p.reporting.Unlock()
	line := facts{"event": event}
	for name, value := range more {
		line[name] = value
	}
	p.out.Encode(line)
}

// converse reports what comes until the end. Orders go to the socket that opened last.
func (p *peer) converse(s socket, isDeflated bool) {
	p.lock.Lock()
	p.current = s
	p.lock.Unlock()
	p.report("open", facts{"subprotocol": s.subprotocol(), "isDeflated": isDeflated})
	for {
		isText, data, end := s.receive()
		if end != nil {
			p.report("closed", facts{"code": end.code, "reason": end.reason})
			return
		}
		if isText {
			p.report("message", facts{"text": string(data)})
		} else {
			p.report("message", facts{"base64": base64.StdEncoding.EncodeToString(data)})
		}
	}
}

func (p *peer) obey(lib library, o order) error {
	if o.Do == "connect" {
		s, isDeflated, err := lib.dial(o.URL, o.Protocols)
		if err != nil {
			p.report("failed", facts{"message": err.Error()})
			return nil
		}
		go p.converse(s, isDeflated)
		return nil
	}
	p.lock.Lock()
	s := p.current
	p.lock.Unlock()
	switch o.Do {
	case "send":
		if o.Text != nil {
			return s.send(true, []byte(*o.Text), o.IsFragmented)
		}
		data, err := base64.StdEncoding.DecodeString(o.Base64)
		if err != nil {
			return err
		}
		return s.send(false, data, o.IsFragmented)
	case "ping":
		go func() {
			if s.ping() == nil {
				p.report("pong", nil)
			}
		}()
	case "close":
		// It may wait for the peer's Close.
		go s.close(o.Code, o.Reason)
	}
	return nil
}

func main() {
	lib, role := libraries[os.Args[1]], os.Args[2]
	p := &peer{out: json.NewEncoder(os.Stdout)}
	if role == "server" {
		plain, secure := listenPlain(), listenSecure(os.Args[3])
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/refuse" {
				http.Error(w, "no", http.StatusForbidden)
				return
			}
			s, isDeflated, err := lib.accept(w, r, os.Args[4:])
			if err != nil {
				p.report("failed", facts{"message": err.Error()})
				return
			}
			p.converse(s, isDeflated)
		})
		// Clients that do not trust the certificate break off, which is what they are there for.
		server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
		go server.Serve(plain)
		go server.Serve(secure)
		p.report("listening", facts{"port": portOf(plain), "tlsPort": portOf(secure)})
	}
	orders := json.NewDecoder(os.Stdin)
	for {
		var o order
		if orders.Decode(&o) != nil {
			return
		}
		if err := p.obey(lib, o); err != nil {
			p.report("error", facts{"message": err.Error()})
		}
	}
}

func listenPlain() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return listener
}

func listenSecure(identity string) net.Listener {
	pair, err := tls.LoadX509KeyPair(identity, identity)
	if err != nil {
		panic(err)
	}
	return tls.NewListener(listenPlain(), &tls.Config{Certificates: []tls.Certificate{pair}})
}

func portOf(listener net.Listener) int { return listener.Addr().(*net.TCPAddr).Port }

// isDeflate says whether an answer's header field agrees on permessage-deflate.
func isDeflate(extensions string) bool {
	return strings.Contains(extensions, "permessage-deflate")
}

// writeChunks writes data in several Writes; without data, in one empty Write.
func writeChunks(write func([]byte) (int, error), data []byte) error {
	for len(data) > chunk {
		if _, err := write(data[:chunk]); err != nil {
			return err
		}
		data = data[chunk:]
	}
	_, err := write(data)
	return err
}
