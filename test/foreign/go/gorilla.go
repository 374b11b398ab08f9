package main

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

type gorillaLibrary struct{}

type gorillaSocket struct {
	conn  *websocket.Conn
	pongs chan string
}

func newGorillaSocket(conn *websocket.Conn) socket {
	s := gorillaSocket{conn: conn, pongs: make(chan string, 8)}
	conn.SetPongHandler(func(payload string) error {
		s.pongs <- payload
		return nil
	})
	return s
}

func (gorillaLibrary) dial(url string, protocols []string) (socket, bool, error) {
	dialer := websocket.Dialer{EnableCompression: true, Subprotocols: protocols}
	conn, answer, err := dialer.Dial(url, nil)
	if err != nil {
		return nil, false, err
	}
	return newGorillaSocket(conn), isDeflate(answer.Header.Get("Sec-WebSocket-Extensions")), nil
}

func (gorillaLibrary) accept(w http.ResponseWriter, r *http.Request, protocols []string) (socket, bool, error) {
	upgrader := websocket.Upgrader{
		EnableCompression: true,
		Subprotocols:      protocols,
		CheckOrigin:       func(*http.Request) bool { return true },
	}
	kept := &answerKeeper{ResponseWriter: w}
	conn, err := upgrader.Upgrade(kept, r, nil)
	if err != nil {
		return nil, false, err
	}
	return newGorillaSocket(conn), isDeflate(string(kept.answer)), nil
}

// answerKeeper keeps the first write to a hijacked connection, which is the answer to the opening handshake: gorilla
// says nowhere which extensions are in it.
type answerKeeper struct {
	http.ResponseWriter
	answer []byte
}

type keptConn struct {
	net.Conn
	keeper *answerKeeper
}

func (k *answerKeeper) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := k.ResponseWriter.(http.Hijacker).Hijack()
	return keptConn{conn, k}, buffers, err
}

func (c keptConn) Write(data []byte) (int, error) {
	if c.keeper.answer == nil {
		c.keeper.answer = append([]byte{}, data...)
	}
	return c.Conn.Write(data)
}

func (s gorillaSocket) subprotocol() string { return s.conn.Subprotocol() }

func (s gorillaSocket) send(isText bool, data []byte, isFragmented bool) error {
	kind := websocket.BinaryMessage
	if isText {
		kind = websocket.TextMessage
	}
	if !isFragmented {
		return s.conn.WriteMessage(kind, data)
	}
	writer, err := s.conn.NextWriter(kind)
	if err != nil {
		return err
	}
	if err := writeChunks(writer.Write, data); err != nil {
		return err
	}
	return writer.Close()
}

func (s gorillaSocket) ping() error {
	const payload = "are you there"
	if err := s.conn.WriteControl(websocket.PingMessage, []byte(payload), time.Now().Add(time.Second)); err != nil {
		return err
	}
	if answer := <-s.pongs; answer != payload {
		return errors.New("a Pong with another payload: " + answer)
	}
	return nil
}

func (s gorillaSocket) close(code int, reason string) error {
	payload := websocket.FormatCloseMessage(code, reason)
	return s.conn.WriteControl(websocket.CloseMessage, payload, time.Now().Add(time.Second))
}

func (s gorillaSocket) receive() (bool, []byte, *closeFrame) {
	kind, data, err := s.conn.ReadMessage()
	if err == nil {
		return kind == websocket.TextMessage, data, nil
	}
	s.conn.Close()
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return false, nil, &closeFrame{closed.Code, closed.Text}
	}
	return false, nil, &closeFrame{websocket.CloseAbnormalClosure, ""}
}
