package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// lane counts the messages of one connection.
type lane struct {
	lock     sync.Mutex
	count    int
	expected int
	first    time.Time
	done     chan time.Time
}

func (l *lane) take() {
	l.lock.Lock()
	if l.count == 0 {
		l.first = time.Now()
	}
	l.count++
	if l.count == l.expected {
		l.done <- time.Now()
	}
	l.lock.Unlock()
}

// receiver dials the load, and counts what comes on each connection.
type receiver struct {
	dialer *websocket.Dialer
	scheme string
	lanes  map[string]*lane
}

func newReceiver(options settings) *receiver {
	r := &receiver{dialer: &websocket.Dialer{}, scheme: "ws", lanes: map[string]*lane{}}
	if options.TLS != nil {
		pem, err := os.ReadFile(options.TLS.Cert)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		r.dialer.TLSClientConfig = &tls.Config{RootCAs: roots}
		r.scheme = "wss"
	}
	return r
}

// dial opens a connection and counts what it reads.
func (r *receiver) dial(port int, style string) error {
	c, _, err := r.dialer.Dial(fmt.Sprintf("%s://127.0.0.1:%d/", r.scheme, port), nil)
	if err != nil {
		return err
	}
	l := &lane{done: make(chan time.Time, 1)}
	r.lanes[style] = l
	go func() {
		for {
			if _, _, err := c.ReadMessage(); err != nil {
				return
			}
			l.take()
		}
	}()
	return nil
}

// counted waits until this many messages have come, and returns how many ms after the first of them the last came.
func (r *receiver) counted(style string, messages int) float64 {
	l := r.lanes[style]
	l.lock.Lock()
	l.expected = messages
	if l.count >= messages {
		l.done <- time.Now()
	}
	l.lock.Unlock()
	last := <-l.done
	l.lock.Lock()
	defer l.lock.Unlock()
	ms := float64(last.Sub(l.first).Nanoseconds()) / 1e6
	l.count, l.expected = 0, 0
	return ms
}
