#include "jwt-sso/net/flow_choice.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;
using Way = Arguments::Way;

Profile With(std::vector<ClientFlow> flows) {
  Profile profile;
  profile.path = "/etc/jwt-sso/work.toml";
  profile.settings.flows = std::move(flows);
  return profile;
}

TEST(ChooseFlowTest, TakesTheFirstFlowOfTheProfile) {
  const Profile profile = With({ClientFlow::kPaste, ClientFlow::kCode});
  EXPECT_EQ(ChooseFlow(profile, Way::kProfile).value(), ClientFlow::kPaste);
}

TEST(ChooseFlowTest, TakesTheWayOfTheCommandLineIfTheProfileAllowsIt) {
  const Profile both = With({ClientFlow::kCode, ClientFlow::kDevice, ClientFlow::kPaste});
  EXPECT_EQ(ChooseFlow(both, Way::kDevice).value(), ClientFlow::kDevice);
  EXPECT_EQ(ChooseFlow(both, Way::kPaste).value(), ClientFlow::kPaste);
  const Profile code = With({ClientFlow::kCode});
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ChooseFlow(code, Way::kDevice)));
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, ChooseFlow(code, Way::kPaste)));
}

TEST(ChooseFlowTest, SaysWhichFileForbidsTheWay) {
  const std::string detail = ChooseFlow(With({ClientFlow::kCode}), Way::kDevice).error().detail;
  EXPECT_NE(detail.find("/etc/jwt-sso/work.toml does not allow --device"), std::string::npos);
}

TEST(MayGiveIdTokenTest, WantsTheScopeAndAPerson) {
  ClientProfile profile;
  EXPECT_TRUE(MayGiveIdToken(profile, ClientFlow::kCode));
  EXPECT_TRUE(MayGiveIdToken(profile, ClientFlow::kTokenExchange));
  EXPECT_FALSE(MayGiveIdToken(profile, ClientFlow::kClientCredentials));
  profile.scopes = {"ssh"};
  EXPECT_FALSE(MayGiveIdToken(profile, ClientFlow::kCode));
}

TEST(CheckCanBindTest, RefusesACertificateByAMachineWithoutDpop) {
  const ClientProfile profile;
  const ClientFlow flow = ClientFlow::kClientCredentials;
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, CheckCanBind(profile, flow, false)));
  EXPECT_TRUE(Accepted(CheckCanBind(profile, flow, true)));
}

TEST(CheckCanBindTest, RefusesACertificateWithoutIdTokenAndDpop) {
  ClientProfile profile;
  EXPECT_TRUE(Accepted(CheckCanBind(profile, ClientFlow::kCode, false)));
  profile.scopes = {"ssh"};
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, CheckCanBind(profile, ClientFlow::kCode, false)));
  EXPECT_TRUE(Accepted(CheckCanBind(profile, ClientFlow::kCode, true)));
}

TEST(CheckCanBindTest, TakesAnyFlowForPrompts) {
  ClientProfile profile;
  profile.use = ClientUse::kPrompt;
  profile.scopes = {"ssh"};
  EXPECT_TRUE(Accepted(CheckCanBind(profile, ClientFlow::kClientCredentials, false)));
}

}  // namespace
}  // namespace pamjwt::sso
