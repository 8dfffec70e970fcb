@orders @performance
Feature: The warehouse keeps up with the rush hour
  When a sale begins, orders come by the hundred. None may be lost, and a batch stays in order.

  Background:
    Given I have a topic "orders"
    And OrderCreated Avro schema is registered for topic "orders"

  Scenario: A hundred orders at once, and none is lost
    When I produce 100 events from template "order-created" to topic "orders"
    Then all events should be acknowledged
    And every produced event should be received from topic "orders" within 10 seconds
    And all events should match JSONPath "$.channel" with value "WEB"
    And the p95 end-to-end latency on topic "orders" should be below 2000 ms

  Scenario: A batch of orders stays in order
    Kafka keeps the order within a partition only, so this scenario asks for a topic that has a single one.

    Given I have a topic "orders" with 1 partition
    When I produce 30 events from template "order-created" to topic "orders"
    Then I should receive exactly 30 events from topic "orders" within 10 seconds
    And the events should be in order by JSONPath "$.sequence" ascending
    And 1 event should match JSONPath "$.orderId" with value "ORD-30"
