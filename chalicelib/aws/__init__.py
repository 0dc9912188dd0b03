"""State in DynamoDB and S3. Only dynamodb, s3 and metrics here know that AWS exists."""
