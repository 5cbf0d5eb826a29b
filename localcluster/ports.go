package main

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports are taken from below the range that the kernel hands out to outgoing
// connections, so that none is lost between the choice and its use.
const (
	firstPort = 20000
	lastPort  = 32000
)

// portNames are the listeners of one cluster, all on 127.0.0.1.
var portNames = []string{
	"etcd", "etcd-peer", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok",
	"virt-api", "virt-controller", "virt-handler", "cdi", "cdi-uploadproxy", "cdi-uploadserver",
}

// choosePorts returns a free port for each name, avoiding those in taken, which
// other clusters may own without listening yet.
func choosePorts(names []string, taken map[int]bool) (map[string]int, error) {
	ports := map[string]int{}
	used := map[int]bool{}
	for _, name := range names {
		for attempt := 0; ports[name] == 0; attempt++ {
			if attempt == 1000 {
				return nil, fmt.Errorf("no free port for %s between %d and %d", name, firstPort, lastPort)
			}
			port := firstPort + rand.IntN(lastPort-firstPort)
			if taken[port] || used[port] || !free(port) {
				continue
			}
			ports[name], used[port] = port, true
		}
	}
	return ports, nil
}

func free(port int) bool {
	listener, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
