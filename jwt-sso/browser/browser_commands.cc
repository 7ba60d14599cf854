#include "jwt-sso/browser/browser_commands.h"

#include <algorithm>
#include <cstddef>

namespace pamjwt::sso {
namespace {

/// Splits `text` at each `separator`. Leaves out empty pieces.
std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, text.find(separator));
    if (!piece.empty()) pieces.emplace_back(piece);
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
  }
  return pieces;
}

/// Puts the address into a command.
std::vector<std::string> WithAddress(std::vector<std::string> words, const std::string& address) {
  constexpr std::string_view kPlace = "%s";
  bool has_place = false;
  for (std::string& word : words) {
    std::size_t place = word.find(kPlace);
    while (place != std::string::npos) {
      has_place = true;
      word.replace(place, kPlace.size(), address);
      place = word.find(kPlace, place + address.size());
    }
  }
  if (!has_place) words.push_back(address);
  return words;
}

}  // namespace

std::vector<std::vector<std::string>> BrowserCommands(const BrowserSettings& settings,
                                                      const std::string& address) {
  if (settings.browser.empty()) {
    std::vector<std::vector<std::string>> commands = {{"wslview", address}};
    if (settings.has_display) {
      commands.push_back({"xdg-open", address});
      commands.push_back({"open", address});
    }
    return commands;
  }
  std::vector<std::vector<std::string>> commands;
  for (const std::string& command : Split(settings.browser, ':')) {
    std::vector<std::string> words = Split(command, ' ');
    if (!words.empty()) commands.push_back(WithAddress(std::move(words), address));
  }
  return commands;
}

}  // namespace pamjwt::sso
