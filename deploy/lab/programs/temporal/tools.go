//go:build tools

// Package tools makes the Temporal CLI a dependency of this module, so that Go settles the versions it needs.
package tools

import _ "github.com/temporalio/cli/cmd/temporal"
