#include <catch2/catch_test_macros.hpp>

#include "ddx/push.hpp"
#include "world.hpp"

using namespace ddx;
using namespace ddx::test;
using Result = PushResult;
using Take = ChosenPart::Take;

namespace {

/// Two texts, the first of them customized in two places.
struct Scene {
  Scene() {
    world.start({{"prompts/a.md", "1\n2\n3\n"}, {"prompts/b.md", "1\n"}});
    world.write("prompts/a.md", "one\n2\nthree\n");
    world.write("prompts/b.md", "one\n");
  }
  PushReport push(std::vector<ChosenPart> parts, std::vector<std::string> paths = {}) {
    PushRequest request;
    request.message = "Words";
    request.paths = std::move(paths);
    request.choose = [&](const std::vector<OfferedFile>& files) {
      offered.clear();
      for (const OfferedFile& file : files) offered.push_back(file.change.path.str());
      return parts;
    };
    return ddx::push(world.workspace(), request, world.host);
  }
  std::string at_upstream(const std::vector<std::string>& arguments) const {
    return world.upstream.git(arguments);
  }

  World world;
  Lines offered;
};

}  // namespace

TEST_CASE("what somebody leaves out is not sent, and stays a customization", "[sync][push]") {
  Scene scene;
  const auto before = scene.world.here();
  const PushReport report = scene.push({{Take::bytes, "one\n2\n3\n"}, {Take::nothing}});
  CHECK(scene.offered == Lines{"prompts/a.md", "prompts/b.md"});
  CHECK(report.result == Result::pushed);
  CHECK(scene.at_upstream({"diff", "--name-only", "main", report.branch}) == "prompts/a.md");
  CHECK(scene.at_upstream({"show", report.branch + ":prompts/a.md"}) == "one\n2\n3");
  CHECK(scene.world.here() == before);

  scene.at_upstream({"merge", "-q", "--squash", report.branch});
  scene.at_upstream({"commit", "-qm", "squashed"});
  const PullReport pulled = scene.world.pull();
  CHECK(pulled.conflicts.empty());
  CHECK(pulled.landed.size() == 1);
  CHECK(scene.world.here() == before);
  CHECK(lines(scene.world.status()) == Lines{"prompts/a.md: customized", "prompts/b.md: customized"});
  const PushReport rest = scene.push({{Take::everything}, {Take::everything}});
  CHECK(scene.at_upstream({"diff", "--numstat", "main", rest.branch}) ==
        "1\t1\tprompts/a.md\n1\t1\tprompts/b.md");
}

TEST_CASE("choosing nothing sends nothing", "[sync][push]") {
  Scene scene;
  CHECK(scene.push({{Take::nothing}, {Take::nothing}}).result == Result::declined);
  CHECK(scene.push({{Take::bytes, "1\n2\n3\n"}, {Take::nothing}}).result == Result::declined);
  CHECK(scene.at_upstream({"branch", "--format=%(refname:short)"}) == "main");
}

TEST_CASE("two files that are chosen apart are two contributions", "[sync][push]") {
  Scene scene;
  const PushReport first = scene.push({{Take::everything}, {Take::nothing}});
  const PushReport second = scene.push({{Take::nothing}, {Take::everything}});
  CHECK(first.branch != second.branch);
  CHECK(scene.at_upstream({"diff", "--name-only", "main", second.branch}) == "prompts/b.md");
}

TEST_CASE("what an earlier push sent stays in it when it is not among what is chosen from", "[sync][push]") {
  Scene scene;
  const PushReport first = scene.push({{Take::everything}, {Take::everything}});
  const PushReport second = scene.push({{Take::bytes, "one\n2\n3\n"}}, {"prompts/a.md"});
  CHECK(scene.offered == Lines{"prompts/a.md"});
  CHECK(second.branch == first.branch);
  CHECK(scene.at_upstream({"show", second.branch + ":prompts/a.md"}) == "one\n2\n3");
  CHECK(scene.at_upstream({"show", second.branch + ":prompts/b.md"}) == "one");
}
