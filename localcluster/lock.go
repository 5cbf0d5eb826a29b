package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockInterval is how often exclusive tries to be the next.
const lockInterval = 100 * time.Millisecond

// exclusive runs f while no other process is inside exclusive for the same file,
// unless ctx ends while it waits for that. The file stays behind: deleting it would let two holders in.
func exclusive(ctx context.Context, path string, onWait func(), f func() error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	// Not a blocking call: no signal would end it.
	lock := func() error { return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
	if err = lock(); err != nil {
		onWait()
	}
	retry := time.NewTicker(lockInterval)
	defer retry.Stop()
	for ; err != nil; err = lock() {
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-retry.C:
		}
	}
	return f()
}

// ownership is a claim on a lock file, and with it on the cluster's folder.
type ownership struct {
	path string
	file os.FileInfo
}

// takeOwnership marks the calling process as the one that runs the cluster until
// it ends, however it ends. The kernel keeps the mark and tells owner the
// process id, so that a stale pid file can never name an innocent process.
func takeOwnership(lockFile string) (*ownership, error) {
	// A bare descriptor, never closed: closing gives the lock up, and an os.File
	// would be closed when the garbage collector finds it.
	fd, err := syscall.Open(lockFile, syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.FcntlFlock(uintptr(fd), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_WRLCK}); err != nil {
		return nil, err
	}
	info, err := os.Stat(lockFile)
	return &ownership{path: lockFile, file: info}, err
}

// lost tells that the file is gone, or another one by now: somebody deleted the
// folder, and nobody could find its owner any more.
func (o *ownership) lost() bool {
	info, err := os.Stat(o.path)
	return errors.Is(err, fs.ErrNotExist) || (err == nil && !os.SameFile(info, o.file))
}

// owner returns the id of the process that runs the cluster, or 0.
func owner(lockFile string) (int, error) {
	file, err := os.OpenFile(lockFile, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_GETLK, &lock); err != nil {
		return 0, err
	}
	if lock.Type == syscall.F_UNLCK {
		return 0, nil
	}
	return int(lock.Pid), nil
}
