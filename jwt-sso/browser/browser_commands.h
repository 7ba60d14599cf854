#pragma once

#include <string>
#include <vector>

namespace pamjwt::sso {

/// The part of the environment that says which browser the user has.
struct BrowserSettings {
  std::string browser;       ///< $BROWSER
  bool has_display = false;  ///< there is a graphical session
};

/// Returns the commands that may open `address` in a browser, in the order in which they are tried.
/// Each is a program and its arguments; at least one argument is or has the address.
///
/// $BROWSER is read as xdg-open(1) does: commands with colons in between, whose words have blanks
/// in between, and no quotes. "%s" stands for the address, which else is one more word at the end.
/// If it is empty, the commands are wslview, and in a graphical session xdg-open and open.
std::vector<std::vector<std::string>> BrowserCommands(const BrowserSettings& settings,
                                                      const std::string& address);

}  // namespace pamjwt::sso
