#include "jwtctl/sshd/sshd_files.h"

#include <strings.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "jwtctl/sshd/sshd_drop_in.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMostFiles = 256;
constexpr const char* kSshDirectory = "/etc/ssh/";

// The defaults of OpenSSH, for settings that no file has.
constexpr std::string_view kDefaults =
    "usepam no\nkbdinteractiveauthentication yes\npasswordauthentication yes\n";

/// Old names of keywords, and the names that sshd -T prints.
constexpr std::pair<std::string_view, const char*> kOldNames[] = {
    {"challengeresponseauthentication", "kbdinteractiveauthentication"},
    {"pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"},
};

/// Goes through the files as sshd does, and keeps the first value of each keyword.
class SshdReader {
 public:
  SshdReader(const HostTree& host, const std::optional<std::string>& drop_in)
      : host_(host), drop_in_(drop_in) {}

  /// Reads a file. `in_match`: it is included in a Match block.
  Status Read(const std::string& path, bool in_match = false) {
    if (++files_ > kMostFiles) {
      return Error{Reason::kConfigInvalid, path + ": too many files are included"};
    }
    const Result<std::string> text = TextOf(path);
    if (!text.ok()) return text.error();
    std::size_t number = 0;
    for (const std::string_view line : SplitLines(text.value())) {
      ++number;
      const std::vector<std::string> words = SshdWords(line);
      if (words.empty()) continue;
      if (words.front() == "match") {  // the block goes to the end of the file
        in_match = true;
        has_match_ = true;
      } else if (words.front() == "include") {
        Status included = Include(words, in_match);
        if (!included.ok()) return included;
      } else if (in_match) {
        matched_.push_back({path + ":" + std::to_string(number), words.front(), ValueOf(line)});
      } else {
        KeepFirst(words.front(), ValueOf(line));
      }
    }
    return Ok();
  }

  /// Returns the settings as `sshd -T` would print them.
  [[nodiscard]] std::string Text() const {
    std::string text;
    for (const auto& [keyword, value] : values_) {
      text.append(keyword).append(" ").append(value).append("\n");
    }
    return text + std::string(kDefaults);
  }
  [[nodiscard]] bool has_match() const { return has_match_; }
  [[nodiscard]] const std::vector<MatchedSetting>& matched() const { return matched_; }

 private:
  [[nodiscard]] Result<std::string> TextOf(const std::string& path) const {
    if (path == kSshdDropIn && drop_in_.has_value()) return *drop_in_;
    return host_.Read(path);
  }

  Status Include(const std::vector<std::string>& words, bool in_match) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const bool is_absolute = words[i].starts_with('/');
      for (const std::string& path : host_.Find((is_absolute ? "" : kSshDirectory) + words[i])) {
        Status read = Read(path, in_match);
        if (!read.ok()) return read;
      }
    }
    return Ok();
  }

  /// Returns the value of a line. A command stays as it is written, other values lose their quotes.
  static std::string ValueOf(std::string_view line) {
    const std::vector<std::string> words = SshdWords(line);
    if (words.front() == "authorizedkeyscommand") return std::string(SshdValue(line));
    std::string value;
    for (std::size_t i = 1; i < words.size(); ++i) {
      value += (value.empty() ? "" : " ") + words[i];
    }
    // sshd ignores the case of these two words.
    for (const std::string_view word : {"yes", "no"}) {
      if (strcasecmp(value.c_str(), word.data()) == 0) value = word;
    }
    return value;
  }

  void KeepFirst(const std::string& keyword, const std::string& value) {
    const auto name = std::find_if(std::begin(kOldNames), std::end(kOldNames),
                                   [&](const auto& names) { return names.first == keyword; });
    values_.emplace(name == std::end(kOldNames) ? keyword : name->second, value);
  }

  const HostTree& host_;
  const std::optional<std::string>& drop_in_;
  std::map<std::string, std::string> values_;
  std::vector<MatchedSetting> matched_;
  bool has_match_ = false;
  std::size_t files_ = 0;
};

}  // namespace

Result<SshdFiles> ReadSshdFiles(const HostTree& host, const std::optional<std::string>& drop_in) {
  SshdReader reader(host, drop_in);
  Status read = reader.Read(kSshdConfig);
  if (!read.ok()) return std::move(read).error();
  const Result<SshdSettings> settings = ParseSshdSettings(reader.Text());
  if (!settings.ok()) return settings.error();
  return SshdFiles{settings.value(), reader.has_match(), reader.matched()};
}

}  // namespace pamjwt::ctl
