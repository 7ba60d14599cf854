#pragma once

#include <string>
#include <string_view>

namespace pamjwt {

/// Returns whether `text` is a list of options that the configuration may give to a key, as sshd
/// reads them in authorized_keys: `restrict`, `pty`, `port-forwarding`, `agent-forwarding`,
/// `X11-forwarding` and `user-rc`, those five with `no-` in front, and `verify-required`. Commas
/// stand between them, without spaces. The list is not empty. Names are compared byte for byte.
bool IsKeyOptions(std::string_view text);

/// Returns options that permit what both lists permit, and want verification if one of them does.
/// If one list is empty, or both are equal, returns the other one as it is. Each must be empty or a
/// list that IsKeyOptions takes.
std::string StrictestKeyOptions(std::string_view one, std::string_view other);

/// Returns whether `options` make sshd want that a FIDO key verifies its user. sshd looks at that
/// for FIDO keys only: any other key logs in without.
bool WantVerification(std::string_view options);

}  // namespace pamjwt
