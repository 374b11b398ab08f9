package main

import (
	"context"
	"errors"
	"net/http"

	"nhooyr.io/websocket"
)

// noLimit is more than any message of the tests; the library reads 32 KiB at most unless told otherwise.
const noLimit = 1 << 30

type nhooyrLibrary struct{}

type nhooyrSocket struct {
	conn *websocket.Conn
}

func newNhooyrSocket(conn *websocket.Conn) socket {
	conn.SetReadLimit(noLimit)
	return nhooyrSocket{conn}
}

func (nhooyrLibrary) dial(url string, protocols []string) (socket, bool, error) {
	conn, answer, err := websocket.Dial(context.Background(), url, &websocket.DialOptions{Subprotocols: protocols})
	if err != nil {
		return nil, false, err
	}
	return newNhooyrSocket(conn), isDeflate(answer.Header.Get("Sec-WebSocket-Extensions")), nil
}

func (nhooyrLibrary) accept(w http.ResponseWriter, r *http.Request, protocols []string) (socket, bool, error) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: protocols})
	if err != nil {
		return nil, false, err
	}
	return newNhooyrSocket(conn), isDeflate(w.Header().Get("Sec-WebSocket-Extensions")), nil
}

func (s nhooyrSocket) subprotocol() string { return s.conn.Subprotocol() }

func (s nhooyrSocket) send(isText bool, data []byte, isFragmented bool) error {
	kind := websocket.MessageBinary
	if isText {
		kind = websocket.MessageText
	}
	if !isFragmented {
		return s.conn.Write(context.Background(), kind, data)
	}
	writer, err := s.conn.Writer(context.Background(), kind)
	if err != nil {
		return err
	}
	if err := writeChunks(writer.Write, data); err != nil {
		return err
	}
	return writer.Close()
}

// ping has a payload of the library's own, whose answer the library awaits.
func (s nhooyrSocket) ping() error { return s.conn.Ping(context.Background()) }

func (s nhooyrSocket) close(code int, reason string) error {
	return s.conn.Close(websocket.StatusCode(code), reason)
}

func (s nhooyrSocket) receive() (bool, []byte, *closeFrame) {
	kind, data, err := s.conn.Read(context.Background())
	if err == nil {
		return kind == websocket.MessageText, data, nil
	}
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		return false, nil, &closeFrame{int(closed.Code), closed.Reason}
	}
	return false, nil, &closeFrame{int(websocket.StatusAbnormalClosure), ""}
}
