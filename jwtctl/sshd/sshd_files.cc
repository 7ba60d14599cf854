#include "jwtctl/sshd/sshd_files.h"

#include <strings.h>

#include <map>
#include <string>
#include <vector>

#include "jwtctl/text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMostFiles = 256;
constexpr const char* kSshDirectory = "/etc/ssh/";

// The defaults of OpenSSH, for settings that no file has.
constexpr std::string_view kDefaults =
    "usepam no\nkbdinteractiveauthentication yes\npasswordauthentication yes\n";

/// Goes through the files as sshd does, and keeps the first value of each keyword.
class SshdReader {
 public:
  explicit SshdReader(const HostTree& host) : host_(host) {}

  Status Read(const std::string& path) {
    if (++files_ > kMostFiles) {
      return Error{Reason::kConfigInvalid, path + ": too many files are included"};
    }
    const Result<std::string> text = host_.Read(path);
    if (!text.ok()) return text.error();
    for (const std::string_view line : SplitLines(text.value())) {
      const std::vector<std::string> words = SshdWords(line);
      if (words.empty()) continue;
      if (words.front() == "match") {  // the block goes to the end of the file
        has_match_ = true;
        return Ok();
      }
      if (words.front() != "include") {
        KeepFirst(words);
        continue;
      }
      Status included = Include(words);
      if (!included.ok()) return included;
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

 private:
  Status Include(const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const bool is_absolute = words[i].starts_with('/');
      for (const std::string& path : host_.Find((is_absolute ? "" : kSshDirectory) + words[i])) {
        Status read = Read(path);
        if (!read.ok()) return read;
      }
    }
    return Ok();
  }

  void KeepFirst(const std::vector<std::string>& words) {
    const bool is_old = words.front() == "challengeresponseauthentication";
    const std::string keyword = is_old ? "kbdinteractiveauthentication" : words.front();
    std::string value;
    for (std::size_t i = 1; i < words.size(); ++i) {
      value += (value.empty() ? "" : " ") + words[i];
    }
    // sshd ignores the case of these two words.
    for (const std::string_view word : {"yes", "no"}) {
      if (strcasecmp(value.c_str(), word.data()) == 0) value = word;
    }
    values_.emplace(keyword, value);
  }

  const HostTree& host_;
  std::map<std::string, std::string> values_;
  bool has_match_ = false;
  std::size_t files_ = 0;
};

}  // namespace

Result<SshdFiles> ReadSshdFiles(const HostTree& host) {
  SshdReader reader(host);
  Status read = reader.Read(kSshdConfig);
  if (!read.ok()) return std::move(read).error();
  const Result<SshdSettings> settings = ParseSshdSettings(reader.Text());
  if (!settings.ok()) return settings.error();
  return SshdFiles{settings.value(), reader.has_match()};
}

}  // namespace pamjwt::ctl
