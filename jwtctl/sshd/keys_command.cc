#include "jwtctl/sshd/keys_command.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "jwtctl/sshd/sshd_settings.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kAlso = " --also ";

/// Returns a word in which sshd expands nothing.
std::string WithoutTokens(std::string_view word) {
  std::string text;
  for (const char c : word) {
    text += c == '%' ? "%%" : std::string(1, c);
  }
  return text;
}

/// Returns the words of a value, as sshd splits it.
std::vector<std::string> WordsOf(std::string_view value) {
  std::vector<std::string> words = SshdWords("AuthorizedKeysCommand " + std::string(value));
  words.erase(words.begin());
  return words;
}

}  // namespace

std::string KeysCommand::Value() const {
  std::string value = kKeysProgram;
  if (!config_path.empty()) value += " --config " + WithoutTokens(config_path);
  value += " %u %k %t";
  if (!also.empty()) value.append(kAlso).append(also);
  return value;
}

bool IsOurKeysCommand(std::string_view value) {
  const std::vector<std::string> words = WordsOf(value);
  return !words.empty() && words.front() == kKeysProgram;
}

std::string ConfigIn(std::string_view value) {
  const std::vector<std::string> words = WordsOf(value.substr(0, value.find(kAlso)));
  if (!IsOurKeysCommand(value)) return "";
  const auto option = std::find(words.begin(), words.end(), "--config");
  if (words.end() - option < 2) return "";
  const std::string& word = *std::next(option);
  std::string path;
  for (std::size_t i = 0; i < word.size(); ++i) {
    path += word[i];
    if (word.compare(i, 2, "%%") == 0) ++i;  // sshd makes one % of two
  }
  return path;
}

std::string AlsoIn(std::string_view value) {
  const std::size_t place = value.find(kAlso);
  if (place == value.npos || !IsOurKeysCommand(value)) return "";
  return std::string(value.substr(place + kAlso.size()));
}

std::string AlsoOf(std::string_view value) {
  const std::size_t end = value.find_first_of(" \t");
  std::string also = WithoutTokens(value.substr(0, end));
  if (end != value.npos) also += value.substr(end);
  return also + (WordsOf(value).size() == 1 ? " %u" : "");
}

}  // namespace pamjwt::ctl
