package main

import (
	"net"
	"testing"
)

func TestChoosePorts(t *testing.T) {
	taken := map[int]bool{}
	for port := firstPort; port < lastPort-200; port++ {
		taken[port] = true
	}
	ports, err := choosePorts(portNames, taken)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]string{}
	for _, name := range portNames {
		port := ports[name]
		if port < firstPort || port >= lastPort || taken[port] {
			t.Errorf("%s got port %d", name, port)
		}
		if other, twice := seen[port]; twice {
			t.Errorf("%s and %s share port %d", name, other, port)
		}
		seen[port] = name
	}
}

func TestChoosePortsGivesUp(t *testing.T) {
	taken := map[int]bool{}
	for port := firstPort; port < lastPort; port++ {
		taken[port] = true
	}
	if ports, err := choosePorts([]string{"one"}, taken); err == nil {
		t.Errorf("got %v of a full range", ports)
	}
}

func TestFree(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if port := listener.Addr().(*net.TCPAddr).Port; free(port) {
		t.Errorf("port %d counts as free while something listens", port)
	}
}
