#pragma once

#include <string>

#include "core/base/result.h"

namespace pamjwt::sso {

/// Opens an address, of printable ASCII without blanks, in the user's browser, and does not wait
/// for it. Other users can see the address in the list of processes.
///
/// $BROWSER is a list of commands with colons in between, of which the first that can be run is
/// taken; "%s" stands for the address, which else follows the command. Without $BROWSER, wslview is
/// tried, and in a graphical session xdg-open and open. No shell takes part. The program has a
/// session of its own, no terminal, and no input and output of ours. Errors: kInternal if no
/// program can be run: the user can open the address himself.
Status OpenBrowser(const std::string& address);

}  // namespace pamjwt::sso
