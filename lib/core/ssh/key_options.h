#pragma once

#include <string_view>

namespace pamjwt {

/// Returns whether `text` is a list of options that the configuration may give to a key, as sshd
/// reads them in authorized_keys: `restrict`, `pty`, `port-forwarding`, `agent-forwarding`,
/// `X11-forwarding` and `user-rc`, those five with `no-` in front, and `verify-required`. Commas
/// stand between them, without spaces. The list is not empty. Names are compared byte for byte.
bool IsKeyOptions(std::string_view text);

}  // namespace pamjwt
