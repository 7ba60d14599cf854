#include "jwtctl/denylist/fleet_status.h"

#include <string>

#include <gtest/gtest.h>

#include "jwtctl/denylist/fleet_run.h"
#include "support/expect.h"
#include "support/sorted_text.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

FleetState Full() {
  FleetState state;
  state.checked = {5};
  state.applied = UnixTime{3};
  state.succeeded = UnixTime{4};
  state.reason = "token.expired";
  state.error = "exp was 1 s ago";
  state.error_since = UnixTime{5};
  state.ended = 12;
  state.not_ended = 1;
  state.refused = {{"signature.invalid", 1}, {"token.expired", 2}};
  return state;
}

TEST(FleetState, ReadsWhatItWrites) {
  for (const FleetState& state : {Full(), FleetState()}) {
    const Result<FleetState> read = ParseFleetState(FormatFleetState(state));
    ASSERT_TRUE(test::Accepted(read));
    EXPECT_EQ(read.value(), state);
  }
  EXPECT_EQ(FormatFleetState(Full()),
            R"({"format":1,"checked":5,"applied":3,"succeeded":4,"reason":"token.expired",)"
            R"("error":"exp was 1 s ago","error_since":5,"ended":12,"not_ended":1,)"
            R"("refused":{"signature.invalid":1,"token.expired":2}})"
            "\n");
}

TEST(FleetState, RefusesEverythingElse) {
  const std::string good = FormatFleetState(Full());
  for (const std::string& text : {std::string(), good.substr(0, good.size() - 1), " " + good,
                                  good + "\n", std::string("{\"format\":1}\n"), std::string("{}\n"),
                                  FormatFleetState({}).replace(10, 1, "2")}) {
    EXPECT_TRUE(test::RefusedFor(Reason::kInternal, ParseFleetState(text))) << text;
  }
}

TEST(FleetState, HasAnErrorThatIsShortAndPrintable) {
  FleetRun run;
  run.error = Error{Reason::kInternal, "a\n\x1b" + std::string(495, 'x') + "\u00e9\u00e9\u00e9"};
  const FleetState state = AfterRun({}, run);
  EXPECT_LE(state.error.size(), 503U);
  EXPECT_TRUE(state.error.ends_with("..."));
  EXPECT_EQ(state.error.find('\n'), std::string::npos);
  EXPECT_TRUE(test::Accepted(ParseFleetState(FormatFleetState(state))));
}

TEST(FleetState, AddsUpSessions) {
  FleetRun run;
  run.now = {9};
  run.ended = 3;
  run.not_ended = 2;
  const FleetState state = AfterRun(Full(), run);
  EXPECT_EQ(state.ended, 15);
  EXPECT_EQ(state.not_ended, 2);
  EXPECT_EQ(state.checked, UnixTime{9});
  EXPECT_EQ(state.error, "");
  EXPECT_EQ(state.succeeded, UnixTime{4});
}

TEST(FleetStatus, SaysWhatIsThere) {
  const test::TempDir directory;
  const std::string list = directory.Path("denied.jsonl");
  FleetStatus status = ReadFleetStatus(list);
  EXPECT_FALSE(status.state.has_value() || status.list.has_value());
  EXPECT_EQ(status.state_error + status.list_error, "");
  directory.Write("fleet.status.json", FormatFleetState(Full()));
  directory.Write("fleet.jsonl", test::SortedTextOf({}));
  status = ReadFleetStatus(list);
  EXPECT_EQ(status.state, Full());
  EXPECT_EQ(status.list->stamp.serial, 7);
  directory.Write("fleet.status.json", "x\n");
  directory.Write("fleet.jsonl", "x\n");
  status = ReadFleetStatus(list);
  EXPECT_NE(status.state_error.find("fleet.status.json"), std::string::npos);
  EXPECT_NE(status.list_error.find("fleet.jsonl"), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::ctl
