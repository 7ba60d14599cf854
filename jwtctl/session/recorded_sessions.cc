#include "jwtctl/session/recorded_sessions.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <vector>

#include "io/session_files.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/exit_code.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

Row Describe(const SessionRecord& record, UnixTime now) {
  return {Printable(record.account),
          Printable(record.user.empty() ? record.account : record.user),
          Printable(record.service),
          std::to_string(record.process.pid),
          Printable(record.token.issuer),
          Printable(record.token.subject),
          ShowTimeFrom(now, record.expires)};
}

/// Prints the rows in columns. The last column is as wide as its text.
void PrintTable(const std::vector<Row>& rows, std::ostream& out) {
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) {
      widths.at(i) = std::max(widths.at(i), row.at(i).size());
    }
  }
  for (const Row& row : rows) {
    for (std::size_t i = 0; i + 1 < kColumns; ++i) {
      out << row.at(i) << std::string(widths.at(i) - row.at(i).size() + 2, ' ');
    }
    out << row.back() << "\n";
  }
}

void PrintText(const std::vector<SessionRecord>& open, UnixTime now, std::ostream& out) {
  std::vector<Row> rows{{"ACCOUNT", "USER", "SERVICE", "PID", "ISSUER", "SUB", "TOKEN EXPIRES"}};
  for (const SessionRecord& record : open) {
    rows.push_back(Describe(record, now));
  }
  PrintTable(rows, out);
}

/// Prints the records as their files have them.
void PrintJson(const std::vector<SessionRecord>& open, std::ostream& out) {
  std::string text;
  for (const SessionRecord& record : open) {
    const Result<std::string> json = FormatSessionRecord(record);
    if (json.ok()) text += (text.empty() ? "\n  " : ",\n  ") + json.value();
  }
  out << "[" << text << (text.empty() ? "]\n" : "\n]\n");
}

/// Says so if this host does not record sessions, or if that is not known. Returns whether it does.
/// Records elsewhere are not judged by a configuration that nobody named.
bool TellIfNotRecorded(const SessionsOptions& options, std::ostream& err) {
  if (options.directory.has_value() && !options.config_path.has_value()) return true;
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  if (loaded.ok() && *loaded.value().config.session.record) return true;
  err << "jwtctl sessions: "
      << (loaded.ok()
              ? "sessions are not recorded, and may be open: set record = true in "
                "[session], and run jwtctl enable again"
              : "whether sessions are recorded is not known: " + Printable(loaded.error().detail))
      << "\n";
  return false;
}

}  // namespace

int RunSessions(const SessionsOptions& options, UnixTime now, std::ostream& out,
                std::ostream& err) {
  const Result<FoundSessions> found = FindSessions(FromRoot(options.directory));
  if (!found.ok()) {
    err << "jwtctl sessions: " << Printable(found.error().detail)
        << ": only root can read the records\n";
    return kNo;
  }
  const bool is_empty = found.value().open.empty();
  if (options.json) {
    PrintJson(found.value().open, out);
  } else {
    if (!is_empty) PrintText(found.value().open, now, out);
    const bool is_recorded = TellIfNotRecorded(options, err);
    if (is_empty && is_recorded) err << "jwtctl sessions: no recorded session is open\n";
  }
  for (const std::string& why : found.value().unreadable) {
    err << "jwtctl sessions: " << Printable(why) << "\n";
  }
  return found.value().unreadable.empty() ? kOk : kNo;
}

}  // namespace pamjwt::ctl
