//go:build !linux

package main

import "syscall"

// dieWithParent exists on Linux only; main refuses to run elsewhere.
func dieWithParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
