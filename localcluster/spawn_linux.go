package main

import "syscall"

// dieWithParent makes the kernel kill a child when its parent is gone, so that
// not even a `kill -9` of the supervisor leaves processes behind.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
