package acctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// CLI is a folder with a configuration in which Terraform runs with the real
// program of the provider: for what needs processes of their own.
type CLI struct {
	t   *testing.T
	dir string
	env []string
}

// Command is Terraform while it runs.
type Command struct {
	t   *testing.T
	cmd *exec.Cmd
	out *bytes.Buffer
}

// programDir is where the provider's program is, once a test needed it. Main
// removes it.
var programDir string

// program builds the provider, once for all tests of a package.
var program = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "acctest-"); err != nil {
		return "", err
	}
	programDir = dir
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "terraform-provider-virtualserver"), "github.com/virtualserver/terraform-provider-virtualserver")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return dir, nil
})

// CLI writes a configuration of resources into a folder of its own. Its state
// stays there.
func (n *Namespace) CLI(config string) *CLI {
	t := n.t
	t.Helper()
	provider, err := program()
	if err != nil {
		t.Fatal("the provider's program: ", err)
	}
	c := &CLI{t: t, dir: t.TempDir()}
	c.write("terraformrc", fmt.Sprintf("provider_installation {\n  dev_overrides { \"virtualserver/virtualserver\" = %q }\n  direct {}\n}\n", provider))
	c.write("main.tf", "terraform {\n  required_providers {\n    virtualserver = { source = \"virtualserver/virtualserver\" }\n  }\n}\n"+n.provider()+config)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") {
			c.env = append(c.env, variable)
		}
	}
	c.env = append(c.env, "TF_CLI_CONFIG_FILE="+filepath.Join(c.dir, "terraformrc"), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	return c
}

func (c *CLI) write(name, text string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// Start starts a command of Terraform, "apply" for example, which asks nothing.
func (c *CLI) Start(args ...string) *Command {
	c.t.Helper()
	binary := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if binary == "" {
		binary = "terraform"
	}
	// Not ended with the test's context: its providers would stay.
	cmd := exec.CommandContext(context.WithoutCancel(c.t.Context()), binary, append([]string{args[0], "-input=false", "-no-color"}, args[1:]...)...) //nolint:gosec // the test's own arguments
	cmd.Dir, cmd.Env = c.dir, c.env
	command := &Command{t: c.t, cmd: cmd, out: &bytes.Buffer{}}
	cmd.Stdout, cmd.Stderr = command.out, command.out
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	return command
}

// Interrupt is Ctrl-C in the terminal of Terraform.
func (c *Command) Interrupt() {
	c.t.Helper()
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
		c.t.Fatal(err)
	}
}

// KillProvider ends the provider that this command runs with, at once.
func (c *Command) KillProvider() {
	c.t.Helper()
	out, err := exec.CommandContext(c.t.Context(), "ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		c.t.Fatal(err)
	}
	killed := 0
	for line := range strings.Lines(string(out)) {
		var pid, parent int
		if n, _ := fmt.Sscan(line, &pid, &parent); n == 2 && parent == c.cmd.Process.Pid {
			child, err := os.FindProcess(pid)
			if err == nil {
				err = child.Kill()
			}
			if err != nil {
				c.t.Fatal(pid, err)
			}
			killed++
		}
	}
	if killed != 1 {
		c.t.Fatalf("killed %d providers", killed)
	}
}

// Wait waits for the end of the command and returns what it printed, and its exit
// code.
func (c *Command) Wait() (out string, code int) {
	c.t.Helper()
	err := c.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatal(err)
	}
	return c.out.String(), c.cmd.ProcessState.ExitCode()
}
