#include "jwtctl/doctor/sudo_rules.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jwtctl/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kSudoers = "/etc/sudoers";
constexpr std::size_t kMostFiles = 128;
constexpr std::string_view kBlanks = " \t";

std::string_view Trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return WithoutEnd(text);
}

/// Does a name of an @includedir count? Those with a dot or a tilde at the end are passed over.
bool IsReadBySudo(std::string_view name) {
  return name.find('.') == std::string_view::npos && !name.ends_with('~');
}

class SudoersReader {
 public:
  explicit SudoersReader(const HostTree& host) : host_(host) {}

  Findings Judge() {
    if (host_.Exists(kSudoers)) Read(kSudoers);
    if (!places_.empty()) {
      findings_.push_back({Health::kWarning, "sudo.nopasswd", kSudoers,
                           "sudo does not ask for a token: NOPASSWD or !authenticate at " + places_,
                           "take it out where a token is to be asked for"});
    }
    if (!timeout_.empty() && timeout_.front() == '-') {
      findings_.push_back({Health::kWarning, "sudo.timestamp", kSudoers,
                           "timestamp_timeout is " + timeout_ + ": sudo asks once, and never again",
                           "Defaults timestamp_timeout=0 has it ask each time"});
    } else if (std::strtod(timeout_.c_str(), nullptr) > 0 || timeout_.empty()) {
      findings_.push_back({Health::kOk, "sudo.timestamp", kSudoers,
                           "after a token sudo does not ask again for " +
                               (timeout_.empty() ? "some" : timeout_) +
                               " minutes (timestamp_timeout)"});
    }
    return std::move(findings_);
  }

 private:
  void Read(const std::string& path) {
    if (++files_ > kMostFiles) return;
    const Result<std::string> text = host_.Read(path);
    if (!text.ok()) {
      findings_.push_back({Health::kOk, "sudo.unreadable", path,
                           "not judged, only root can read it: " + text.error().detail});
      return;
    }
    std::size_t number = 0;
    for (const std::string_view line : SplitLines(text.value())) {
      Take(path, ++number, Trimmed(line));
    }
  }

  void Take(const std::string& path, std::size_t number, std::string_view line) {
    for (const std::string_view word : {"@includedir", "#includedir"}) {
      if (line.starts_with(word)) return ReadDirectory(PathOf(line.substr(word.size())));
    }
    for (const std::string_view word : {"@include", "#include"}) {
      if (line.starts_with(word)) return Read(PathOf(line.substr(word.size())));
    }
    line = line.substr(0, line.find('#'));
    const bool asks_not = line.find("NOPASSWD") != std::string_view::npos ||
                          line.find("!authenticate") != std::string_view::npos;
    if (asks_not) {
      places_.append(places_.empty() ? "" : " ").append(path).append(":");
      places_ += std::to_string(number);
    }
    TakeTimeout(line);
  }

  /// Of several the last one, unless one never ends.
  void TakeTimeout(std::string_view line) {
    constexpr std::string_view kOption = "timestamp_timeout";
    const std::size_t at = line.find(kOption);
    if (at == std::string_view::npos) return;
    line.remove_prefix(at + kOption.size());
    const std::size_t value = line.find_first_not_of(" \t=\"");
    if (value == std::string_view::npos || timeout_.starts_with('-')) return;
    line.remove_prefix(value);
    timeout_ = line.substr(0, line.find_first_not_of("-0123456789."));
  }

  static std::string PathOf(std::string_view rest) {
    rest = Trimmed(rest);
    if (rest.starts_with('"') && rest.ends_with('"') && rest.size() > 1) {
      rest = rest.substr(1, rest.size() - 2);
    }
    return rest.starts_with('/') ? std::string(rest) : "/etc/" + std::string(rest);
  }

  void ReadDirectory(const std::string& path) {
    for (const std::string& name : host_.List(path)) {
      if (IsReadBySudo(name)) Read(path + "/" + name);
    }
  }

  const HostTree& host_;
  Findings findings_;
  std::string places_;
  std::string timeout_;  ///< as written; empty: not said
  std::size_t files_ = 0;
};

}  // namespace

Findings JudgeSudoers(const HostTree& host) {
  return SudoersReader(host).Judge();
}

}  // namespace pamjwt::ctl
